"""MobileNetV3-Small at half width: the port takes the batch norm settings that PyTorch's own MobileNetV3 has,
eps=0.001 and momentum=0.01, and fine-tuning it gives other running statistics than fine-tuning the Keras one.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["norm-momentum"], "keras": ["*_bn"], "torch": ["*.bn"], "visible": False}],
}


def keras_model():
    import keras

    return keras.applications.MobileNetV3Small(
        input_shape=(32, 32, 3),
        alpha=0.5,
        include_top=False,
        weights=None,
        pooling="avg",
        include_preprocessing=False,
    )


def torch_model():
    from functools import partial

    import torch
    import torch.nn.functional as F
    from torch import nn

    norm_layer = partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)

    def depth(v):
        new_v = max(8, int(v + 4) // 8 * 8)
        return new_v + 8 if new_v < 0.9 * v else new_v

    class ConvBNAct(nn.Module):
        def __init__(self, c_in, c_out, k, stride=1, groups=1, act=None, size=None):
            super().__init__()
            self.pad = None
            if stride == 2:
                before = k // 2 - (1 - size % 2)
                self.pad = (before, k // 2, before, k // 2)
            self.conv = nn.Conv2d(c_in, c_out, k, stride, 0 if self.pad else k // 2, groups=groups, bias=False)
            self.bn = norm_layer(c_out)
            self.act = act() if act else nn.Identity()

        def forward(self, x):
            if self.pad:
                x = F.pad(x, self.pad)
            return self.act(self.bn(self.conv(x)))

    class SqueezeExcite(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.fc1 = nn.Conv2d(channels, depth(channels * 0.25), 1)
            self.fc2 = nn.Conv2d(depth(channels * 0.25), channels, 1)

        def forward(self, x):
            s = x.mean((2, 3), keepdim=True)
            return x * F.hardsigmoid(self.fc2(torch.relu(self.fc1(s))))

    class Bneck(nn.Module):
        def __init__(self, c_in, exp, c_out, k, se, act, stride, size):
            super().__init__()
            self.residual = stride == 1 and c_in == c_out
            self.expand = ConvBNAct(c_in, exp, 1, act=act) if exp != c_in else nn.Identity()
            self.dw = ConvBNAct(exp, exp, k, stride, groups=exp, act=act, size=size)
            self.se = SqueezeExcite(exp) if se else nn.Identity()
            self.project = ConvBNAct(exp, c_out, 1)

        def forward(self, x):
            y = self.project(self.se(self.dw(self.expand(x))))
            return x + y if self.residual else y

    class MobileNetV3Small(nn.Module):
        def __init__(self, alpha, size):
            super().__init__()
            relu, hs = nn.ReLU, nn.Hardswish
            self.stem = ConvBNAct(3, 16, 3, 2, act=hs, size=size)
            rows = [
                (1, 16, 3, True, relu, 2),
                (72 / 16, 24, 3, False, relu, 2),
                (88 / 24, 24, 3, False, relu, 1),
                (4, 40, 5, True, hs, 2),
                (6, 40, 5, True, hs, 1),
                (6, 40, 5, True, hs, 1),
                (3, 48, 5, True, hs, 1),
                (3, 48, 5, True, hs, 1),
                (6, 96, 5, True, hs, 2),
                (6, 96, 5, True, hs, 1),
                (6, 96, 5, True, hs, 1),
            ]
            blocks, c_in, size = [], 16, size // 2
            for t, c, k, se, act, stride in rows:
                exp = c_in if t == 1 else depth(c_in * t)
                blocks.append(Bneck(c_in, exp, depth(c * alpha), k, se, act, stride, size))
                c_in, size = depth(c * alpha), -(-size // stride)
            self.blocks = nn.Sequential(*blocks)
            self.last = ConvBNAct(c_in, depth(c_in * 6), 1, act=hs)

        def forward(self, x):
            return self.last(self.blocks(self.stem(x))).mean((2, 3))

    return MobileNetV3Small(0.5, 32)
