"""Keras shuffles the channels of two groups and the port those of four."""

INPUTS = ("8x8x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order"],
            "keras": ["global_max_pooling2d", "sh", "d"],
            "torch": ["reshape", "amax", "view", "transpose", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    x = inputs = keras.Input((8, 8, 4))
    x = layers.Conv2D(8, 3, groups=4, name="d")(x)
    x = layers.Lambda(
        lambda x: ops.reshape(ops.swapaxes(ops.reshape(x, (-1, 6, 6, 2, 4)), 3, 4), (-1, 6, 6, 8)), name="sh"
    )(x)
    return keras.Model(inputs, layers.Dense(2, name="o")(layers.GlobalMaxPooling2D()(x)))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.d, self.o = nn.Conv2d(4, 8, 3, groups=4), nn.Linear(8, 2)

        def forward(self, x):
            x = self.d(x)
            b, c, h, w = x.shape
            x = x.view(b, 4, 2, h, w).transpose(1, 2).reshape(b, c, h, w)
            return self.o(x.amax((2, 3)))

    return Net()
