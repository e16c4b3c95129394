"""Temporal convolutional network with weight-normalised, dilated, causal convolutions: an own layer with length and
direction in Keras, the parametrisation of the library in PyTorch; a 1x1 convolution here is a Dense layer there.
"""

INPUTS = ("32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class WeightNormConv1D(layers.Layer):
        def __init__(self, filters, size, dilation, **kwargs):
            super().__init__(**kwargs)
            self.filters, self.size, self.dilation = filters, size, dilation

        def build(self, shape):
            self.v = self.add_weight(shape=(self.size, shape[-1], self.filters), name="v")
            self.g = self.add_weight(shape=(self.filters,), initializer="ones", name="g")
            self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

        def call(self, x):
            length = ops.sqrt(ops.sum(ops.square(self.v), axis=(0, 1)))
            x = ops.pad(x, [[0, 0], [(self.size - 1) * self.dilation, 0], [0, 0]])
            x = ops.conv(x, self.v * (self.g / length), padding="valid", dilation_rate=self.dilation)
            return ops.relu(x + self.bias)

    x = series = keras.Input((32, 3))
    for level, filters in enumerate((8, 8, 12)):
        h = WeightNormConv1D(filters, 3, 2**level, name=f"level{level}_a")(x)
        h = layers.Dropout(0.1)(h)
        h = WeightNormConv1D(filters, 3, 2**level, name=f"level{level}_b")(h)
        h = layers.Dropout(0.1)(h)
        if x.shape[-1] != filters:
            x = layers.Dense(filters, name=f"level{level}_skip")(x)
        x = layers.ReLU(name=f"level{level}_out")(layers.Add()([h, x]))
    return keras.Model(series, layers.Dense(4, name="read_out")(x[:, -1]))


def torch_model():
    from torch import nn
    from torch.nn.utils.parametrizations import weight_norm

    class Chomp1d(nn.Module):
        def __init__(self, chomp_size):
            super().__init__()
            self.chomp_size = chomp_size

        def forward(self, x):
            return x[:, :, : -self.chomp_size].contiguous()

    class TemporalBlock(nn.Module):
        def __init__(self, n_in, n_out, k, dilation, dropout=0.1):
            super().__init__()
            pad = (k - 1) * dilation
            self.net = nn.Sequential(
                weight_norm(nn.Conv1d(n_in, n_out, k, padding=pad, dilation=dilation)),
                Chomp1d(pad),
                nn.ReLU(),
                nn.Dropout(dropout),
                weight_norm(nn.Conv1d(n_out, n_out, k, padding=pad, dilation=dilation)),
                Chomp1d(pad),
                nn.ReLU(),
                nn.Dropout(dropout),
            )
            self.downsample = nn.Conv1d(n_in, n_out, 1) if n_in != n_out else None
            self.relu = nn.ReLU()

        def forward(self, x):
            res = x if self.downsample is None else self.downsample(x)
            return self.relu(self.net(x) + res)

    class TCN(nn.Module):
        def __init__(self, channels=(8, 8, 12)):
            super().__init__()
            widths = (3, *channels)
            self.network = nn.Sequential(
                *(TemporalBlock(widths[i], widths[i + 1], 3, 2**i) for i in range(len(channels)))
            )
            self.linear = nn.Linear(widths[-1], 4)

        def forward(self, x):
            return self.linear(self.network(x.transpose(1, 2))[:, :, -1])

    return TCN()
