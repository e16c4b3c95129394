"""keras.applications.MobileNetV3Small (narrow) against a torch port that pads like TensorFlow and rescales inside."""

INPUTS = ("64x64x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {"identical": True}


def keras_model():
    from keras.applications import MobileNetV3Small

    return MobileNetV3Small(
        input_shape=(64, 64, 3), alpha=0.25, weights=None, classes=5, dropout_rate=0.2, classifier_activation=None
    )


def torch_model():
    from functools import partial

    from torch import nn
    from torch.nn import functional as F

    norm = partial(nn.BatchNorm2d, eps=1e-3, momentum=0.001)

    def make_divisible(v, divisor=8):
        new = max(divisor, int(v + divisor / 2) // divisor * divisor)
        return new + divisor if new < 0.9 * v else new

    class Conv2dSame(nn.Conv2d):
        """timm's TF "SAME" convolution."""

        def forward(self, x):
            ih, iw = x.shape[-2:]
            (kh, kw), (sh, sw) = self.kernel_size, self.stride
            ph = max((-(-ih // sh) - 1) * sh + kh - ih, 0)
            pw = max((-(-iw // sw) - 1) * sw + kw - iw, 0)
            if ph > 0 or pw > 0:
                x = F.pad(x, [pw // 2, pw - pw // 2, ph // 2, ph - ph // 2])
            return F.conv2d(x, self.weight, self.bias, self.stride, 0, self.dilation, self.groups)

    class SqueezeExcite(nn.Module):
        def __init__(self, chs, rd):
            super().__init__()
            self.conv_reduce = nn.Conv2d(chs, rd, 1)
            self.act1 = nn.ReLU(inplace=True)
            self.conv_expand = nn.Conv2d(rd, chs, 1)
            self.gate = nn.Hardsigmoid()

        def forward(self, x):
            s = x.mean((2, 3), keepdim=True)
            return x * self.gate(self.conv_expand(self.act1(self.conv_reduce(s))))

    class InvertedResidual(nn.Module):
        def __init__(self, i, mid, o, k, s, se, act, expand=True):
            super().__init__()
            self.has_skip = s == 1 and i == o
            layers = []
            if expand:
                layers += [nn.Conv2d(i, mid, 1, bias=False), norm(mid), act()]
            layers += [Conv2dSame(mid, mid, k, s, groups=mid, bias=False), norm(mid), act()]
            if se:
                layers.append(SqueezeExcite(mid, make_divisible(mid * 0.25)))
            layers += [nn.Conv2d(mid, o, 1, bias=False), norm(o)]
            self.body = nn.Sequential(*layers)

        def forward(self, x):
            y = self.body(x)
            return x + y if self.has_skip else y

    class MobileNetV3(nn.Module):
        def __init__(self, alpha=0.25, classes=5):
            super().__init__()
            re, hs = nn.ReLU, nn.Hardswish
            cfg = [  # expansion, out, kernel, stride, se, act
                (1, 16, 3, 2, True, re), (72.0 / 16, 24, 3, 2, False, re), (88.0 / 24, 24, 3, 1, False, re),
                (4, 40, 5, 2, True, hs), (6, 40, 5, 1, True, hs), (6, 40, 5, 1, True, hs), (3, 48, 5, 1, True, hs),
                (3, 48, 5, 1, True, hs), (6, 96, 5, 2, True, hs), (6, 96, 5, 1, True, hs), (6, 96, 5, 1, True, hs),
            ]  # fmt: skip
            self.conv_stem = Conv2dSame(3, 16, 3, 2, bias=False)
            self.bn1 = norm(16)
            blocks, c = [], 16
            for n, (t, o, k, s, se, act) in enumerate(cfg):
                o = make_divisible(o * alpha)
                blocks.append(InvertedResidual(c, make_divisible(c * t), o, k, s, se, act, expand=n > 0))
                c = o
            self.blocks = nn.Sequential(*blocks)
            last = make_divisible(c * 6)
            self.conv_last = nn.Conv2d(c, last, 1, bias=False)
            self.bn2 = norm(last)
            self.conv_head = nn.Conv2d(last, 1024, 1)
            self.dropout = nn.Dropout(0.2)
            self.classifier = nn.Linear(1024, classes)

        def forward(self, x):
            x = x / 127.5 - 1
            x = F.hardswish(self.bn1(self.conv_stem(x)))
            x = self.blocks(x)
            x = F.hardswish(self.bn2(self.conv_last(x)))
            x = F.hardswish(self.conv_head(F.adaptive_avg_pool2d(x, 1)))
            return self.classifier(self.dropout(x.flatten(1)))

    return MobileNetV3()
