"""Minimalistic MobileNetV3Small: the port kept hard swish at the end and PyTorch's momentum in every batch norm."""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["norm-momentum"], "keras": ["*_bn"], "torch": ["*bn*"], "visible": False},
        {"rules": ["activation-other"], "keras": ["re_lu*", "conv_1_bn", "avg_pool"], "torch": ["act2", "bn2", "pool"]},
    ],
}


def keras_model():
    import keras

    return keras.applications.MobileNetV3Small(
        input_shape=(32, 32, 3),
        alpha=0.25,
        minimalistic=True,
        include_top=False,
        weights=None,
        pooling="avg",
        include_preprocessing=False,
    )


def torch_model():
    from collections import OrderedDict

    from torch import nn

    class SamePad(nn.ZeroPad2d):
        def __init__(self):
            super().__init__((0, 1, 0, 1))

    def conv_bn_relu(i, o, k=1, s=1, groups=1, relu=True):
        parts = OrderedDict()
        if s == 2:
            parts["pad"] = SamePad()
        parts["conv"] = nn.Conv2d(i, o, k, s, 0 if s == 2 else k // 2, groups=groups, bias=False)
        parts["bn"] = nn.BatchNorm2d(o, eps=1e-3)
        if relu:
            parts["act"] = nn.ReLU(inplace=True)
        return nn.Sequential(parts)

    class Bneck(nn.Module):
        def __init__(self, i, mid, o, s, first=False):
            super().__init__()
            self.expand = nn.Identity() if first else conv_bn_relu(i, mid)
            self.depthwise = conv_bn_relu(mid, mid, 3, s, groups=mid)
            self.project = conv_bn_relu(mid, o, relu=False)
            self.residual = s == 1 and i == o

        def forward(self, x):
            y = self.project(self.depthwise(self.expand(x)))
            return x + y if self.residual else y

    class MobileNetV3Minimal(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = conv_bn_relu(3, 16, 3, 2)
            self.blocks = nn.Sequential(
                Bneck(16, 16, 8, 2, first=True),
                Bneck(8, 40, 8, 2),
                Bneck(8, 32, 8, 1),
                Bneck(8, 32, 16, 2),
                Bneck(16, 96, 16, 1),
                Bneck(16, 96, 16, 1),
                Bneck(16, 48, 16, 1),
                Bneck(16, 48, 16, 1),
                Bneck(16, 96, 24, 2),
                Bneck(24, 144, 24, 1),
                Bneck(24, 144, 24, 1),
            )
            self.conv2 = nn.Conv2d(24, 144, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(144, eps=1e-3)
            self.act2 = nn.Hardswish(inplace=True)
            self.pool = nn.AdaptiveAvgPool2d(1)

        def forward(self, x):
            x = self.blocks(self.stem(x))
            return self.pool(self.act2(self.bn2(self.conv2(x)))).flatten(1)

    return MobileNetV3Minimal()
