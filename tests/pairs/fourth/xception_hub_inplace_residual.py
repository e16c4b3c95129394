"""Xception in PyTorch after the Cadene file, next to XceptionBackbone of keras-hub with narrow stacks.

I "saved memory" with inplace=True in every ReLU. The first one of a block then overwrites what the skip adds later.
"""

INPUTS = ("39x39x3",)
LIBRARIES = ("keras-hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "activation-other"],
            "keras": ["block[2-5]_residual_*", "block[3-5]_sepconv1*"],
            "torch": ["block[1-4]*"],
        }
    ],
}


def keras_model():
    from keras_hub.models import XceptionBackbone

    return XceptionBackbone(
        stackwise_conv_filters=[[8, 12], [16, 16], [24, 24], [24, 24, 24], [24, 32], [32, 40]],
        stackwise_pooling=[False, True, True, False, True, False],
        image_shape=(39, 39, 3),
    )


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    def bn(n):
        return nn.BatchNorm2d(n, eps=1e-3, momentum=0.01)

    class SeparableConv2d(nn.Module):
        def __init__(self, i, o):
            super().__init__()
            self.conv1 = nn.Conv2d(i, i, 3, 1, 1, groups=i, bias=False)
            self.pointwise = nn.Conv2d(i, o, 1, bias=False)

        def forward(self, x):
            return self.pointwise(self.conv1(x))

    class MaxPoolSame(nn.MaxPool2d):
        def forward(self, x):
            need = [max((-(-s // 2) - 1) * 2 + 3 - s, 0) for s in x.shape[:1:-1]]
            sides = [side for n in need for side in (n // 2, n - n // 2)]
            return super().forward(F.pad(x, sides, value=-float("inf")))

    class Block(nn.Module):
        def __init__(self, i, filters, pool=False, start_with_relu=True):
            super().__init__()
            o = filters[-1]
            self.skip = nn.Sequential(nn.Conv2d(i, o, 1, 2, bias=False), bn(o)) if o != i else None
            rep = []
            for a, b in zip([i, *filters], filters, strict=False):
                rep += [nn.ReLU(inplace=True), SeparableConv2d(a, b), bn(b)]
            rep = rep if start_with_relu else rep[1:]
            self.rep = nn.Sequential(*rep, *([MaxPoolSame(3, 2)] if pool else []))

        def forward(self, inp):
            x = self.rep(inp)
            return x + (inp if self.skip is None else self.skip(inp))

    class Xception(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(3, 8, 3, 2, bias=False), bn(8)
            self.conv2, self.bn2 = nn.Conv2d(8, 12, 3, bias=False), bn(12)
            self.relu = nn.ReLU(inplace=True)
            self.block1 = Block(12, (16, 16), pool=True, start_with_relu=False)
            self.block2 = Block(16, (24, 24), pool=True)
            self.block3 = Block(24, (24, 24, 24))
            self.block4 = Block(24, (24, 32), pool=True)
            self.conv3, self.bn3 = SeparableConv2d(32, 32), bn(32)
            self.conv4, self.bn4 = SeparableConv2d(32, 40), bn(40)

        def forward(self, x):
            x = self.relu(self.bn1(self.conv1(x)))
            x = self.relu(self.bn2(self.conv2(x)))
            x = self.block4(self.block3(self.block2(self.block1(x))))
            x = self.relu(self.bn3(self.conv3(x)))
            return self.relu(self.bn4(self.conv4(x)))

    return Xception()
