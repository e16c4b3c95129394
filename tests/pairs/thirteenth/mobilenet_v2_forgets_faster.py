"""The first stages of MobileNetV2 from keras.applications as a feature extractor with a small head, to be fine-tuned in
PyTorch with the asymmetric padding and the epsilon of the original.
"""

INPUTS = ("64x64x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-momentum"],
            "keras": ["bn_Conv1", "*_BN"],
            "torch": ["stem.2", "blocks.*"],
            "visible": False,
        }
    ],
}
LIBRARIES = ("keras.applications",)


def keras_model():
    import keras
    from keras import layers

    base = keras.applications.MobileNetV2(input_shape=(64, 64, 3), alpha=0.35, include_top=False, weights=None)
    x = base.get_layer("block_5_add").output
    x = layers.GlobalAveragePooling2D(name="pooled")(x)
    return keras.Model(base.input, layers.Dense(7, name="breeds")(x))


def torch_model():
    from torch import nn

    def bn(width):
        return nn.BatchNorm2d(width, eps=1e-3)

    class InvertedResidual(nn.Module):
        def __init__(self, inp, oup, stride, expand):
            super().__init__()
            hidden = inp * expand
            layers = []
            if expand > 1:
                layers += [nn.Conv2d(inp, hidden, 1, bias=False), bn(hidden), nn.ReLU6()]
            if stride == 2:
                layers.append(nn.ZeroPad2d((0, 1, 0, 1)))
            layers += [
                nn.Conv2d(hidden, hidden, 3, stride, 1 if stride == 1 else 0, groups=hidden, bias=False),
                bn(hidden),
                nn.ReLU6(),
                nn.Conv2d(hidden, oup, 1, bias=False),
                bn(oup),
            ]
            self.conv = nn.Sequential(*layers)
            self.use_res_connect = stride == 1 and inp == oup

        def forward(self, x):
            return x + self.conv(x) if self.use_res_connect else self.conv(x)

    class Breeds(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(
                nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(3, 16, 3, 2, bias=False), bn(16), nn.ReLU6()
            )
            self.blocks = nn.Sequential(
                InvertedResidual(16, 8, 1, 1),
                InvertedResidual(8, 8, 2, 6),
                InvertedResidual(8, 8, 1, 6),
                InvertedResidual(8, 16, 2, 6),
                InvertedResidual(16, 16, 1, 6),
                InvertedResidual(16, 16, 1, 6),
            )
            self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 7))

        def forward(self, x):
            return self.head(self.blocks(self.stem(x)))

    return Breeds()
