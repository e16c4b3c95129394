"""First blocks of MobileNet as a feature extractor: the port pads one pixel at the end for the depthwise layers,
where Keras says so in a layer of its own, and writes padding=1 for the stem, which says "same".
"""

INPUTS = ("64x64x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["same-padding-stride"],
            "keras": ["conv1", "*/conv1"],
            "torch": ["stem", "stem.*"],
        }
    ],
}


def keras_model():
    import keras

    base = keras.applications.MobileNet(
        input_shape=(64, 64, 3), alpha=0.25, include_top=False, weights=None, pooling=None
    )
    features = base.get_layer("conv_pw_4_relu").output
    pooled = keras.layers.GlobalAveragePooling2D(name="embedding")(features)
    return keras.Model(base.input, pooled, name="mobile_features")


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    def norm(width):
        return nn.BatchNorm2d(width, eps=1e-3, momentum=0.01)

    class DepthwiseSeparable(nn.Module):
        def __init__(self, cin, cout, stride=1):
            super().__init__()
            self.stride = stride
            self.depthwise = nn.Conv2d(cin, cin, 3, stride, padding=0, groups=cin, bias=False)
            self.bn1 = norm(cin)
            self.pointwise = nn.Conv2d(cin, cout, 1, bias=False)
            self.bn2 = norm(cout)

        def forward(self, x):
            x = F.pad(x, (0, 1, 0, 1) if self.stride == 2 else (1, 1, 1, 1))
            x = F.relu6(self.bn1(self.depthwise(x)))
            return F.relu6(self.bn2(self.pointwise(x)))

    class MobileNetFeatures(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(
                nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False),
                norm(8),
                nn.ReLU6(),
            )
            self.blocks = nn.Sequential(
                DepthwiseSeparable(8, 16),
                DepthwiseSeparable(16, 32, 2),
                DepthwiseSeparable(32, 32),
                DepthwiseSeparable(32, 64, 2),
            )

        def forward(self, x):
            return self.blocks(self.stem(x)).mean(dim=(-2, -1))

    return MobileNetFeatures()
