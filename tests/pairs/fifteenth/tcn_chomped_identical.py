"""Temporal convolutional network for sensor data: causal convolutions in Keras, in PyTorch padding at both ends of
which the last steps are chomped off; the class is read from the last step.
"""

INPUTS = ("24x4",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def residual_block(x, dilation, filters, name):
        shortcut = x
        for i in (1, 2):
            x = layers.Conv1D(filters, 3, padding="causal", dilation_rate=dilation, name=f"{name}_conv{i}")(x)
            x = layers.Activation("relu")(x)
            x = layers.SpatialDropout1D(0.1)(x)
        if shortcut.shape[-1] != filters:
            shortcut = layers.Conv1D(filters, 1, name=f"{name}_match")(shortcut)
        return layers.Activation("relu", name=f"{name}_out")(layers.add([x, shortcut]))

    series = x = keras.Input((24, 4))
    for i, filters in enumerate((10, 10, 14)):
        x = residual_block(x, 2**i, filters, f"tcn{i}")
    x = x[:, -1]
    return keras.Model(series, layers.Dense(3, name="activity")(x))


def torch_model():
    from torch import nn

    class Chomp1d(nn.Module):
        def __init__(self, chomp_size):
            super().__init__()
            self.chomp_size = chomp_size

        def forward(self, x):
            return x[:, :, : -self.chomp_size].contiguous()

    class TemporalBlock(nn.Module):
        def __init__(self, n_inputs, n_outputs, kernel_size, dilation, dropout=0.1):
            super().__init__()
            padding = (kernel_size - 1) * dilation
            self.downsample = nn.Conv1d(n_inputs, n_outputs, 1) if n_inputs != n_outputs else None
            self.conv1 = nn.Conv1d(n_inputs, n_outputs, kernel_size, padding=padding, dilation=dilation)
            self.conv2 = nn.Conv1d(n_outputs, n_outputs, kernel_size, padding=padding, dilation=dilation)
            self.net = nn.Sequential(
                self.conv1,
                Chomp1d(padding),
                nn.ReLU(),
                nn.Dropout1d(dropout),
                self.conv2,
                Chomp1d(padding),
                nn.ReLU(),
                nn.Dropout1d(dropout),
            )
            self.relu = nn.ReLU()

        def forward(self, x):
            res = x if self.downsample is None else self.downsample(x)
            return self.relu(self.net(x) + res)

    class TCN(nn.Module):
        def __init__(self, channels=(10, 10, 14)):
            super().__init__()
            sizes = (4, *channels)
            blocks = [TemporalBlock(sizes[i], sizes[i + 1], 3, 2**i) for i in range(len(channels))]
            self.tcn = nn.Sequential(*blocks)
            self.linear = nn.Linear(channels[-1], 3)

        def forward(self, x):
            y = self.tcn(x.transpose(1, 2))
            return self.linear(y[:, :, -1])

    return TCN()
