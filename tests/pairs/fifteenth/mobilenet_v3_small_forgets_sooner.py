"""MobileNetV3 small out of the Keras applications, written again in PyTorch for fine-tuning: padding, squeeze and
excitation and the small constant of the norms were carried over, the momentum of the norms was taken from elsewhere.
"""

LIBRARIES = ("keras",)
INPUTS = ("64x64x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-momentum"],
            "keras": ["conv_bn", "expanded_conv*_bn", "conv_1_bn"],
            "torch": ["stem.bn", "blocks.*bn", "blocks.*.bn*", "head_bn"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras

    return keras.applications.MobileNetV3Small(
        input_shape=(64, 64, 3),
        alpha=0.35,
        weights=None,
        classes=5,
        dropout_rate=0.2,
        classifier_activation=None,
        include_preprocessing=False,
    )


def torch_model():
    from functools import partial

    import torch.nn.functional as F
    from torch import nn

    BatchNorm = partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)

    def depth(v):
        new_v = max(8, int(v + 4) // 8 * 8)
        return new_v + 8 if new_v < 0.9 * v else new_v

    class Conv2dSame(nn.Conv2d):
        def forward(self, x):
            pads = []
            for size, k, s in zip(x.shape[:1:-1], self.kernel_size, self.stride, strict=True):
                total = max((-(size // -s) - 1) * s + k - size, 0)
                pads += [total // 2, total - total // 2]
            return super().forward(F.pad(x, pads))

    class ConvBnAct(nn.Module):
        def __init__(self, cin, cout, k, s=1, groups=1, act=None):
            super().__init__()
            self.conv = Conv2dSame(cin, cout, k, s, groups=groups, bias=False)
            self.bn = BatchNorm(cout)
            self.act = act() if act else nn.Identity()

        def forward(self, x):
            return self.act(self.bn(self.conv(x)))

    class SqueezeExcite(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.fc1 = nn.Conv2d(channels, depth(channels * 0.25), 1)
            self.fc2 = nn.Conv2d(depth(channels * 0.25), channels, 1)

        def forward(self, x):
            scale = F.adaptive_avg_pool2d(x, 1)
            return x * F.hardsigmoid(self.fc2(F.relu(self.fc1(scale))))

    class Bneck(nn.Module):
        def __init__(self, cin, expansion, cout, k, s, se, act):
            super().__init__()
            mid = depth(cin * expansion)
            self.expand = ConvBnAct(cin, mid, 1, act=act) if expansion != 1 else nn.Identity()
            mid = mid if expansion != 1 else cin
            self.depthwise = ConvBnAct(mid, mid, k, s, groups=mid, act=act)
            self.se = SqueezeExcite(mid) if se else nn.Identity()
            self.project = ConvBnAct(mid, cout, 1)
            self.residual = s == 1 and cin == cout

        def forward(self, x):
            y = self.project(self.se(self.depthwise(self.expand(x))))
            return x + y if self.residual else y

    class MobileNetV3Small(nn.Module):
        def __init__(self, num_classes=5, alpha=0.35):
            super().__init__()
            re, hs = nn.ReLU, nn.Hardswish
            table = [(1, 16, 3, 2, True, re), (72 / 16, 24, 3, 2, False, re), (88 / 24, 24, 3, 1, False, re)]
            table += [(4, 40, 5, 2, True, hs), (6, 40, 5, 1, True, hs), (6, 40, 5, 1, True, hs)]
            table += [(3, 48, 5, 1, True, hs), (3, 48, 5, 1, True, hs)]
            table += [(6, 96, 5, 2, True, hs), (6, 96, 5, 1, True, hs), (6, 96, 5, 1, True, hs)]
            self.stem = ConvBnAct(3, 16, 3, 2, act=hs)
            cin, blocks = 16, []
            for expansion, width, *rest in table:
                blocks.append(Bneck(cin, expansion, depth(width * alpha), *rest))
                cin = depth(width * alpha)
            self.blocks = nn.Sequential(*blocks)
            self.head = nn.Conv2d(cin, depth(cin * 6), 1, bias=False)
            self.head_bn = BatchNorm(depth(cin * 6))
            self.fc = nn.Linear(depth(cin * 6), 1024)
            self.drop = nn.Dropout(0.2)
            self.classifier = nn.Linear(1024, num_classes)

        def forward(self, x):
            x = F.hardswish(self.head_bn(self.head(self.blocks(self.stem(x)))))
            x = F.hardswish(self.fc(x.mean((2, 3))))
            return self.classifier(self.drop(x))

    return MobileNetV3Small()
