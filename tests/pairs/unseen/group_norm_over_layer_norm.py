"""The channels-first layer norm of the port is GroupNorm(1, C): it also normalises over the pixels."""

INPUTS = ("12x12x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-layer-axes", "norm-other"],
            "keras": ["layer_normalization"],
            "torch": ["body.norm"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((12, 12, 3))
    x = layers.Conv2D(8, 4, strides=4)(inputs)
    y = layers.DepthwiseConv2D(3, padding="same")(x)
    y = layers.LayerNormalization(epsilon=1e-6)(y)
    y = layers.Conv2D(16, 1, activation="gelu")(y)
    y = layers.Conv2D(8, 1)(y)
    x = layers.add([x, y])
    return keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling2D()(x)))


def torch_model():
    from collections import OrderedDict

    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.patchify = nn.Conv2d(3, 8, 4, 4)
            self.body = nn.Sequential(
                OrderedDict(
                    dw=nn.Conv2d(8, 8, 3, padding=1, groups=8),
                    norm=nn.GroupNorm(1, 8, eps=1e-6),
                    fc1=nn.Conv2d(8, 16, 1),
                    act=nn.GELU(),
                    fc2=nn.Conv2d(16, 8, 1),
                )
            )
            self.head = nn.Linear(8, 3)

        def forward(self, x):
            x = self.patchify(x)
            x = x + self.body(x)
            return self.head(x.mean((2, 3)))

    return Net()
