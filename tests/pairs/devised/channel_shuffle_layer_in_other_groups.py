"""nn.ChannelShuffle is told four groups where my Keras code has two."""

INPUTS = ("8x8x4",)
TRUTH = {"identical": False, "causes": [{"rules": ["reshape-order"], "keras": ["sh"], "torch": ["s", ""]}]}


def keras_model():
    import keras
    from keras import layers, ops

    x = i = keras.Input((8, 8, 4))
    x = layers.Conv2D(8, 3, groups=4, name="d")(x)
    x = layers.Lambda(
        lambda x: ops.reshape(ops.swapaxes(ops.reshape(x, (-1, 6, 6, 2, 4)), 3, 4), (-1, 6, 6, 8)), name="sh"
    )(x)
    return keras.Model(i, layers.Dense(2, name="o")(layers.GlobalMaxPooling2D()(x)))


def torch_model():
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.d = nn.Conv2d(4, 8, 3, groups=4)
            self.o = nn.Linear(8, 2)
            self.s = nn.ChannelShuffle(4)

        def forward(self, x):
            return self.o(self.s(self.d(x)).amax((2, 3)))

    return M()
