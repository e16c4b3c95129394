"""MBConv with squeeze-and-excite: EfficientNet's silu in the squeeze became MobileNetV3's relu in the port."""

INPUTS = ("15x15x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["se_reduce"],
            "torch": ["block.se.1", "block.se.2", "block.se"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    norm = {"momentum": 0.9, "epsilon": 1e-5}
    inputs = keras.Input((15, 15, 3))
    x = layers.Conv2D(8, 3, padding="same", use_bias=False, name="stem_conv")(inputs)
    x = layers.Activation("swish")(layers.BatchNormalization(**norm, name="stem_bn")(x))
    y = layers.Conv2D(24, 1, use_bias=False, name="expand_conv")(x)
    y = layers.Activation("swish")(layers.BatchNormalization(**norm, name="expand_bn")(y))
    y = layers.DepthwiseConv2D(3, padding="same", use_bias=False, name="dwconv")(y)
    y = layers.Activation("swish")(layers.BatchNormalization(**norm, name="bn")(y))
    s = layers.GlobalAveragePooling2D(keepdims=True, name="se_squeeze")(y)
    s = layers.Conv2D(2, 1, activation="swish", name="se_reduce")(s)
    s = layers.Conv2D(24, 1, activation="sigmoid", name="se_expand")(s)
    y = layers.multiply([y, s], name="se_excite")
    y = layers.Conv2D(8, 1, use_bias=False, name="project_conv")(y)
    y = layers.BatchNormalization(**norm, name="project_bn")(y)
    x = layers.add([y, x], name="residual")
    return keras.Model(inputs, layers.Dense(4, name="top")(layers.GlobalAveragePooling2D()(x)))


def torch_model():
    from torch import nn

    class MBConv(nn.Module):
        def __init__(self, c, expand, squeezed):
            super().__init__()
            h = c * expand
            self.expand = nn.Sequential(nn.Conv2d(c, h, 1, bias=False), nn.BatchNorm2d(h), nn.SiLU())
            self.depthwise = nn.Sequential(
                nn.Conv2d(h, h, 3, padding=1, groups=h, bias=False), nn.BatchNorm2d(h), nn.SiLU()
            )
            self.se = nn.Sequential(
                nn.AdaptiveAvgPool2d(1), nn.Conv2d(h, squeezed, 1), nn.ReLU(), nn.Conv2d(squeezed, h, 1), nn.Sigmoid()
            )
            self.project = nn.Sequential(nn.Conv2d(h, c, 1, bias=False), nn.BatchNorm2d(c))

        def forward(self, x):
            y = self.depthwise(self.expand(x))
            return x + self.project(y * self.se(y))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.SiLU())
            self.block = MBConv(8, 3, 2)
            self.top = nn.Linear(8, 4)

        def forward(self, x):
            return self.top(self.block(self.stem(x)).mean(dim=(2, 3)))

    return Net()
