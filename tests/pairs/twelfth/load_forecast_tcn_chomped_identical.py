"""Forecast of the power load by a temporal convolutional network: causal and dilated in Keras, padded on both ends and
cut off again in PyTorch, whole channels dropped, a narrow convolution where the width changes.
"""

INPUTS = ("20x4",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    class ResidualBlock(layers.Layer):
        def __init__(self, filters, dilation, project, **kwargs):
            super().__init__(**kwargs)
            options = {"kernel_size": 3, "dilation_rate": dilation, "padding": "causal", "activation": "relu"}
            self.first = layers.Conv1D(filters, name="first", **options)
            self.second = layers.Conv1D(filters, name="second", **options)
            self.drop = [layers.SpatialDropout1D(0.1) for _ in range(2)]
            self.shortcut = layers.Conv1D(filters, 1, name="shortcut") if project else None
            self.out = layers.ReLU(name="out")

        def call(self, x, training=None):
            y = self.drop[0](self.first(x), training=training)
            y = self.drop[1](self.second(y), training=training)
            return self.out(y + (x if self.shortcut is None else self.shortcut(x)))

    history = keras.Input((20, 4), name="history")
    x, width = history, 4
    for i, filters in enumerate((10, 10, 14)):
        x = ResidualBlock(filters, 2**i, filters != width, name=f"block_{i}")(x)
        width = filters
    x = layers.Lambda(lambda t: t[:, -1, :], name="now")(x)
    return keras.Model(history, layers.Dense(3, name="forecast")(x))


def torch_model():
    from torch import nn

    class Chomp1d(nn.Module):
        def __init__(self, size):
            super().__init__()
            self.size = size

        def forward(self, x):
            return x[:, :, : -self.size].contiguous()

    class TemporalBlock(nn.Module):
        def __init__(self, n_in, n_out, dilation, kernel_size=3, dropout=0.1):
            super().__init__()
            pad = (kernel_size - 1) * dilation
            layers = []
            for n in (n_in, n_out):
                layers += [
                    nn.Conv1d(n, n_out, kernel_size, padding=pad, dilation=dilation),
                    Chomp1d(pad),
                    nn.ReLU(),
                    nn.Dropout1d(dropout),
                ]
            self.net = nn.Sequential(*layers)
            self.downsample = nn.Conv1d(n_in, n_out, 1) if n_in != n_out else nn.Identity()
            self.relu = nn.ReLU()

        def forward(self, x):
            return self.relu(self.net(x) + self.downsample(x))

    class TCN(nn.Module):
        def __init__(self, n_in=4, channels=(10, 10, 14), n_out=3):
            super().__init__()
            sizes = (n_in, *channels)
            self.network = nn.Sequential(
                *[TemporalBlock(a, b, 2**i) for i, (a, b) in enumerate(zip(sizes, channels, strict=False))]
            )
            self.linear = nn.Linear(channels[-1], n_out)

        def forward(self, x):
            return self.linear(self.network(x.transpose(1, 2))[:, :, -1])

    return TCN()
