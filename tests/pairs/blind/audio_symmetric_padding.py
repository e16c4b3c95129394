"""Residual stack of a neural vocoder: ends are mirrored with the edge in Keras, repeated (replicate) in PyTorch."""

INPUTS = ("16x6",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pad-symmetric", "padding-mode"],
            "keras": ["*pad*", "stack*_dilated", "pre"],
            "torch": ["pre*", "stacks.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class MirrorPad1D(layers.Layer):
        def __init__(self, n, **kwargs):
            super().__init__(**kwargs)
            self.n = n

        def call(self, x):
            return ops.pad(x, ((0, 0), (self.n, self.n), (0, 0)), mode="symmetric")

    frames = keras.Input((16, 6), name="mel")
    x = layers.Conv1D(8, 7, name="pre")(MirrorPad1D(3, name="pre_pad")(frames))
    for i, dilation in enumerate((1, 3)):
        y = layers.LeakyReLU(negative_slope=0.2)(x)
        y = MirrorPad1D(dilation, name=f"stack{i}_pad")(y)
        y = layers.Conv1D(8, 3, dilation_rate=dilation, name=f"stack{i}_dilated")(y)
        y = layers.Conv1D(8, 1, name=f"stack{i}_mix")(layers.LeakyReLU(negative_slope=0.2)(y))
        x = layers.Add()([layers.Conv1D(8, 1, name=f"stack{i}_skip")(x), y])
    x = layers.LeakyReLU(negative_slope=0.2)(x)
    return keras.Model(frames, layers.Conv1D(1, 1, activation="tanh", name="post")(x))


def torch_model():
    from torch import nn

    class ResidualStack(nn.Module):
        def __init__(self, n, dilation):
            super().__init__()
            self.stack = nn.Sequential(
                nn.LeakyReLU(0.2),
                nn.ReplicationPad1d(dilation),
                nn.Conv1d(n, n, 3, dilation=dilation),
                nn.LeakyReLU(0.2),
                nn.Conv1d(n, n, 1),
            )
            self.skip_layer = nn.Conv1d(n, n, 1)

        def forward(self, c):
            return self.stack(c) + self.skip_layer(c)

    class Vocoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.pre = nn.Sequential(nn.ReplicationPad1d(3), nn.Conv1d(6, 8, 7))
            self.stacks = nn.Sequential(ResidualStack(8, 1), ResidualStack(8, 3))
            self.post = nn.Sequential(nn.LeakyReLU(0.2), nn.Conv1d(8, 1, 1), nn.Tanh())

        def forward(self, mel):
            x = mel.transpose(1, 2)
            return self.post(self.stacks(self.pre(x))).transpose(1, 2)

    return Vocoder()
