"""A short MobileNet V3 put together from the blocks of the Keras zoo. In my PyTorch version the gates of squeeze-
and-excite end in a sigmoid, as in every other network I have ported.
"""

INPUTS = ("64x64x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other", "hard-sigmoid-form"],
            "keras": ["*squeeze_excite*", "re_lu*", "add*", "multiply*", "mul*"],
            "torch": ["*.se", "sigmoid*", "mul*"],
        }
    ],
}


def keras_model():
    from keras.src.applications import mobilenet_v3
    from keras.src.applications.mobilenet_v3 import _inverted_res_block as block
    from keras.src.applications.mobilenet_v3 import relu

    def stack(x, kernel, activation, se_ratio):
        x = block(x, 1, 16, 3, 2, se_ratio, relu, 0)
        x = block(x, 72 / 16, 24, 3, 2, None, relu, 1)
        x = block(x, 88 / 24, 24, 3, 1, None, relu, 2)
        x = block(x, 4, 32, kernel, 2, se_ratio, activation, 3)
        return block(x, 4, 32, kernel, 1, se_ratio, activation, 4)

    return mobilenet_v3.MobileNetV3(
        stack,
        64,
        input_shape=(64, 64, 3),
        weights=None,
        classes=4,
        dropout_rate=0.2,
        classifier_activation=None,
        include_preprocessing=False,
        name="short_mobilenet_v3",
    )


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def bn(channels):
        return nn.BatchNorm2d(channels, eps=1e-3, momentum=1e-3)

    class SamePad(nn.Module):
        # even maps and stride two: the odd pixel goes to the bottom right
        def __init__(self, kernel):
            super().__init__()
            self.before, self.after = (kernel - 2) // 2, (kernel - 1) // 2

        def forward(self, x):
            return F.pad(x, (self.before, self.after, self.before, self.after))

    class SELayer(nn.Module):
        def __init__(self, channels, squeezed):
            super().__init__()
            self.fc1 = nn.Conv2d(channels, squeezed, 1)
            self.fc2 = nn.Conv2d(squeezed, channels, 1)

        def forward(self, x):
            w = F.adaptive_avg_pool2d(x, 1)
            w = torch.sigmoid(self.fc2(F.relu(self.fc1(w))))
            return x * w

    class InvertedResidual(nn.Module):
        def __init__(self, inp, hidden, oup, kernel, stride, squeezed, act):
            super().__init__()
            self.identity = stride == 1 and inp == oup
            self.expand = nn.Identity()
            if hidden != inp:
                self.expand = nn.Sequential(nn.Conv2d(inp, hidden, 1, bias=False), bn(hidden), act())
            pad = [SamePad(kernel)] if stride == 2 else []
            edge = 0 if stride == 2 else kernel // 2
            depthwise = nn.Conv2d(hidden, hidden, kernel, stride, edge, groups=hidden, bias=False)
            self.depthwise = nn.Sequential(*pad, depthwise, bn(hidden), act())
            self.se = SELayer(hidden, squeezed) if squeezed else nn.Identity()
            self.project = nn.Sequential(nn.Conv2d(hidden, oup, 1, bias=False), bn(oup))

        def forward(self, x):
            y = self.project(self.se(self.depthwise(self.expand(x))))
            return x + y if self.identity else y

    class MobileNetV3(nn.Module):
        def __init__(self, num_classes=4):
            super().__init__()
            stem = nn.Sequential(SamePad(3), nn.Conv2d(3, 16, 3, 2, bias=False), bn(16), nn.Hardswish())
            self.features = nn.Sequential(
                stem,
                InvertedResidual(16, 16, 16, 3, 2, 8, nn.ReLU),
                InvertedResidual(16, 72, 24, 3, 2, None, nn.ReLU),
                InvertedResidual(24, 88, 24, 3, 1, None, nn.ReLU),
                InvertedResidual(24, 96, 32, 5, 2, 24, nn.Hardswish),
                InvertedResidual(32, 128, 32, 5, 1, 32, nn.Hardswish),
            )
            self.conv = nn.Sequential(nn.Conv2d(32, 192, 1, bias=False), bn(192), nn.Hardswish())
            self.classifier = nn.Sequential(
                nn.Linear(192, 64), nn.Hardswish(), nn.Dropout(0.2), nn.Linear(64, num_classes)
            )

        def forward(self, x):
            return self.classifier(self.conv(self.features(x)).mean([2, 3]))

    return MobileNetV3()
