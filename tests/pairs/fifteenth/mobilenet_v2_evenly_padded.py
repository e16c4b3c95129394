"""The MobileNetV2 that comes with Keras, rebuilt block by block in PyTorch so that its weights can be loaded: every
convolution of three with a stride of two got the padding of one that such convolutions have in PyTorch code.
"""

LIBRARIES = ("keras",)
INPUTS = ("64x64x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["same-padding-stride", "same-padding-even-kernel"],
            "keras": [
                "Conv1",
                "block_1_pad",
                "block_1_depthwise",
                "block_3_pad",
                "block_3_depthwise",
                "block_6_pad",
                "block_6_depthwise",
                "block_13_pad",
                "block_13_depthwise",
            ],
            "torch": [
                "features.0",
                "features.0.0",
                "features.2.conv.1*",
                "features.4.conv.1*",
                "features.7.conv.1*",
                "features.14.conv.1*",
            ],
        }
    ],
}


def keras_model():
    import keras

    return keras.applications.MobileNetV2(
        input_shape=(64, 64, 3), alpha=0.35, weights=None, classes=7, classifier_activation=None
    )


def torch_model():
    from torch import nn

    def make_divisible(v, divisor=8):
        new_v = max(divisor, int(v + divisor / 2) // divisor * divisor)
        return new_v + divisor if new_v < 0.9 * v else new_v

    def norm(planes):
        return nn.BatchNorm2d(planes, eps=1e-3, momentum=0.001)

    class ConvBNReLU(nn.Sequential):
        def __init__(self, in_planes, out_planes, kernel_size=3, stride=1, groups=1):
            super().__init__(
                nn.Conv2d(
                    in_planes, out_planes, kernel_size, stride, (kernel_size - 1) // 2, groups=groups, bias=False
                ),
                norm(out_planes),
                nn.ReLU6(inplace=True),
            )

    class InvertedResidual(nn.Module):
        def __init__(self, inp, oup, stride, expand_ratio):
            super().__init__()
            hidden_dim = inp * expand_ratio
            self.use_res_connect = stride == 1 and inp == oup
            layers = [] if expand_ratio == 1 else [ConvBNReLU(inp, hidden_dim, kernel_size=1)]
            layers += [
                ConvBNReLU(hidden_dim, hidden_dim, stride=stride, groups=hidden_dim),
                nn.Conv2d(hidden_dim, oup, 1, bias=False),
                norm(oup),
            ]
            self.conv = nn.Sequential(*layers)

        def forward(self, x):
            return x + self.conv(x) if self.use_res_connect else self.conv(x)

    class MobileNetV2(nn.Module):
        def __init__(self, num_classes=7, width_mult=0.35):
            super().__init__()
            channel = make_divisible(32 * width_mult)
            features = [ConvBNReLU(3, channel, stride=2)]
            settings = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2)]
            for t, c, n, s in [*settings, (6, 320, 1, 1)]:
                width = make_divisible(int(c * width_mult))
                for i in range(n):
                    features.append(InvertedResidual(channel, width, s if i == 0 else 1, t))
                    channel = width
            features.append(ConvBNReLU(channel, 1280, kernel_size=1))
            self.features = nn.Sequential(*features)
            self.classifier = nn.Linear(1280, num_classes)

        def forward(self, x):
            return self.classifier(self.features(x).mean([2, 3]))

    return MobileNetV2()
