"""TCN after locuslab: padded on both ends, and Chomp1d cuts the front instead of the end, so it sees the future."""

INPUTS = ("20x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["causal-padding"],
            "keras": ["block*"],
            "torch": ["tcn.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def residual_block(x, filters, dilation, name):
        y = x
        for i in (1, 2):
            y = layers.Conv1D(
                filters, 3, padding="causal", dilation_rate=dilation, activation="relu", name=f"{name}_conv{i}"
            )(y)
            y = layers.Dropout(0.1, name=f"{name}_drop{i}")(y)
        if x.shape[-1] != filters:
            x = layers.Conv1D(filters, 1, name=f"{name}_match")(x)
        return layers.Activation("relu", name=f"{name}_out")(layers.add([y, x], name=f"{name}_add"))

    series = keras.Input((20, 4), name="series")
    x = series
    for i, filters in enumerate((6, 8, 8)):
        x = residual_block(x, filters, 2**i, f"block{i}")
    return keras.Model(series, layers.Dense(2, name="forecast")(x))


def torch_model():
    from torch import nn

    class Chomp1d(nn.Module):
        def __init__(self, chomp_size):
            super().__init__()
            self.chomp_size = chomp_size

        def forward(self, x):
            return x[:, :, self.chomp_size :].contiguous()

    class TemporalBlock(nn.Module):
        def __init__(self, n_inputs, n_outputs, kernel_size, dilation, dropout=0.1):
            super().__init__()
            padding = (kernel_size - 1) * dilation
            self.conv1 = nn.Conv1d(n_inputs, n_outputs, kernel_size, padding=padding, dilation=dilation)
            self.conv2 = nn.Conv1d(n_outputs, n_outputs, kernel_size, padding=padding, dilation=dilation)
            self.net = nn.Sequential(
                self.conv1, Chomp1d(padding), nn.ReLU(), nn.Dropout(dropout),
                self.conv2, Chomp1d(padding), nn.ReLU(), nn.Dropout(dropout),
            )  # fmt: skip
            self.downsample = nn.Conv1d(n_inputs, n_outputs, 1) if n_inputs != n_outputs else None
            self.relu = nn.ReLU()

        def forward(self, x):
            res = x if self.downsample is None else self.downsample(x)
            return self.relu(self.net(x) + res)

    class TCN(nn.Module):
        def __init__(self, num_inputs=4, num_channels=(6, 8, 8)):
            super().__init__()
            sizes = [num_inputs, *num_channels]
            self.tcn = nn.Sequential(
                *[TemporalBlock(sizes[i], sizes[i + 1], 3, dilation=2**i) for i in range(len(num_channels))]
            )
            self.linear = nn.Linear(sizes[-1], 2)

        def forward(self, x):  # batch, channels, time
            return self.linear(self.tcn(x).transpose(1, 2)).transpose(1, 2)

    return TCN()
