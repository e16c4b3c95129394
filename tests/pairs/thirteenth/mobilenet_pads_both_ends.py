"""MobileNet of keras.applications with the small width, written again in PyTorch from the table of the paper, with the
padding of one pixel that everybody gives a 3x3 convolution.
"""

INPUTS = ("64x64x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["same-padding-stride"],
            "keras": ["conv1", "conv_pad_*", "conv_dw_2", "conv_dw_4", "conv_dw_6", "conv_dw_12"],
            "torch": ["features.0", "features.2", "features.4", "features.6", "features.12"],
        }
    ],
}
LIBRARIES = ("keras.applications",)


def keras_model():
    import keras

    return keras.applications.MobileNet(
        input_shape=(64, 64, 3), alpha=0.25, weights=None, classes=6, dropout=0.0, classifier_activation=None
    )


def torch_model():
    from torch import nn

    def conv_bn(inp, oup, kernel, stride=1, groups=1):
        return nn.Sequential(
            nn.Conv2d(inp, oup, kernel, stride, kernel // 2, groups=groups, bias=False),
            nn.BatchNorm2d(oup, eps=1e-3, momentum=0.01),
            nn.ReLU6(inplace=True),
        )

    def conv_dw(inp, oup, stride):
        return nn.Sequential(conv_bn(inp, inp, 3, stride, groups=inp), conv_bn(inp, oup, 1))

    class MobileNetV1(nn.Module):
        plan = ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *[(128, 1)] * 5, (256, 2), (256, 1))

        def __init__(self, num_classes=6):
            super().__init__()
            blocks, width = [conv_bn(3, 8, 3, 2)], 8
            for out, stride in self.plan:
                blocks.append(conv_dw(width, out, stride))
                width = out
            self.features = nn.Sequential(*blocks)
            self.fc = nn.Linear(width, num_classes)

        def forward(self, x):
            return self.fc(self.features(x).mean((2, 3)))

    return MobileNetV1()
