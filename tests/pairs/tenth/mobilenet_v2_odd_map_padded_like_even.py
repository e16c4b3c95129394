"""My MobileNetV2 port pads one pixel at the bottom and right before every stride-2 convolution, as Keras does, and
agrees at 64 and 224 pixels; with 48 pixel crops the features are off.
"""

INPUTS = ("48x48x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["same-padding-stride"],
            "keras": ["block_13_pad", "block_13_depthwise"],
            "torch": ["features.14", "pad*"],
        }
    ],
}


def keras_model():
    import keras

    return keras.applications.MobileNetV2(
        input_shape=(48, 48, 3), alpha=0.35, include_top=False, weights=None, pooling="avg"
    )


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    def make_divisible(v, divisor=8):
        new_v = max(divisor, int(v + divisor / 2) // divisor * divisor)
        return new_v + divisor if new_v < 0.9 * v else new_v

    class Conv2dSame(nn.Conv2d):
        """Strided convolution with the padding of TensorFlow."""

        def forward(self, x):
            if self.stride[0] == 2:
                x = F.pad(x, (0, 1, 0, 1))
            return super().forward(x)

    class ConvBNReLU(nn.Sequential):
        def __init__(self, in_planes, out_planes, kernel_size=3, stride=1, groups=1):
            padding = (kernel_size - 1) // 2 if stride == 1 else 0
            super().__init__(
                Conv2dSame(in_planes, out_planes, kernel_size, stride, padding, groups=groups, bias=False),
                nn.BatchNorm2d(out_planes, eps=1e-3, momentum=1e-3),
                nn.ReLU6(inplace=True),
            )

    class InvertedResidual(nn.Module):
        def __init__(self, inp, oup, stride, expand_ratio):
            super().__init__()
            self.use_res_connect = stride == 1 and inp == oup
            hidden = inp * expand_ratio
            layers = [] if expand_ratio == 1 else [ConvBNReLU(inp, hidden, kernel_size=1)]
            layers += [
                ConvBNReLU(hidden, hidden, stride=stride, groups=hidden),
                nn.Conv2d(hidden, oup, 1, bias=False),
                nn.BatchNorm2d(oup, eps=1e-3, momentum=1e-3),
            ]
            self.conv = nn.Sequential(*layers)

        def forward(self, x):
            return x + self.conv(x) if self.use_res_connect else self.conv(x)

    class MobileNetV2(nn.Module):
        def __init__(self, width_mult):
            super().__init__()
            settings = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2)]
            width = make_divisible(32 * width_mult)
            features = [ConvBNReLU(3, width, stride=2)]
            for t, c, n, s in [*settings, (6, 320, 1, 1)]:
                for i in range(n):
                    out = make_divisible(int(c * width_mult))
                    features.append(InvertedResidual(width, out, s if i == 0 else 1, t))
                    width = out
            features.append(ConvBNReLU(width, 1280, kernel_size=1))
            self.features = nn.Sequential(*features)

        def forward(self, x):
            return self.features(x).mean([2, 3])

    return MobileNetV2(0.35)
