"""MobileNet V1 with a depth multiplier of two (keras.applications) and a PyTorch port in the style of conv_bn/conv_dw
Sequentials; a stride of two pads below and on the right only, dropout and a 1x1 convolution are the head.
"""

INPUTS = ("48x48x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {"identical": True}


def keras_model():
    import keras

    return keras.applications.MobileNet(
        input_shape=(48, 48, 3),
        alpha=0.25,
        depth_multiplier=2,
        weights=None,
        classes=7,
        classifier_activation=None,
    )


def torch_model():
    import torch.nn as nn
    import torch.nn.functional as F

    class Lambda(nn.Module):
        def __init__(self, f):
            super().__init__()
            self.f = f

        def forward(self, x):
            return self.f(x)

    def bn(n):
        return nn.BatchNorm2d(n, eps=0.001, momentum=0.01)

    def same(stride):
        return Lambda(lambda x: F.pad(x, [0, 1, 0, 1] if stride == 2 else [1] * 4))

    def conv_bn(inp, oup, stride):
        return nn.Sequential(same(stride), nn.Conv2d(inp, oup, 3, stride, bias=False), bn(oup), nn.ReLU6(inplace=True))

    def conv_dw(inp, oup, stride):
        return nn.Sequential(
            same(stride),
            nn.Conv2d(inp, 2 * inp, 3, stride, groups=inp, bias=False),
            bn(2 * inp),
            nn.ReLU6(inplace=True),
            nn.Conv2d(2 * inp, oup, 1, 1, 0, bias=False),
            bn(oup),
            nn.ReLU6(inplace=True),
        )

    class MobileNetV1(nn.Module):
        def __init__(self, n_classes=7, ratio=0.25):
            super().__init__()
            plan = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]
            layers, i = [conv_bn(3, int(32 * ratio), 2)], int(32 * ratio)
            for n, stride in plan:
                layers.append(conv_dw(i, int(n * ratio), stride))
                i = int(n * ratio)
            self.model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1))
            self.fc = nn.Conv2d(i, n_classes, 1)

        def forward(self, x):
            return self.fc(self.model(x)).squeeze(-1).squeeze(-1)

    return MobileNetV1()
