"""The beginning of EfficientNetV2-B0 as features of a small classifier: the library's model up to its first block with
squeeze and excitation, against fused and ordinary inverted bottlenecks written out in PyTorch.
"""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}
LIBRARIES = ("keras",)


def keras_model():
    import keras
    from keras import layers

    base = keras.applications.EfficientNetV2B0(
        include_top=False, weights=None, input_shape=(32, 32, 3), include_preprocessing=False
    )
    x = base.get_layer("block4a_project_bn").output
    x = layers.GlobalAveragePooling2D(name="pooled")(x)
    x = layers.Dense(5, name="kinds")(x)
    return keras.Model(base.input, x)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Conv2dSame(nn.Conv2d):
        def forward(self, x):
            pads = []
            for size, k, s in zip(x.shape[:1:-1], self.kernel_size[::-1], self.stride[::-1], strict=True):
                total = max((-(-size // s) - 1) * s + k - size, 0)
                pads += [total // 2, total - total // 2]
            return super().forward(F.pad(x, pads))

    class DropPath(nn.Module):
        def __init__(self, rate):
            super().__init__()
            self.rate = rate

        def forward(self, x):
            if not self.training:
                return x
            keep = 1 - self.rate
            return x * torch.rand(len(x), 1, 1, 1, device=x.device).add(keep).floor() / keep

    def bn(channels):
        return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.1)

    class FusedMBConv(nn.Module):
        def __init__(self, inp, oup, stride, expand, drop=0.0):
            super().__init__()
            self.skip = stride == 1 and inp == oup
            if expand == 1:
                self.body = nn.Sequential(Conv2dSame(inp, oup, 3, stride, bias=False), bn(oup), nn.SiLU())
            else:
                mid = inp * expand
                self.body = nn.Sequential(
                    Conv2dSame(inp, mid, 3, stride, bias=False),
                    bn(mid),
                    nn.SiLU(),
                    nn.Conv2d(mid, oup, 1, bias=False),
                    bn(oup),
                )
            self.drop_path = DropPath(drop)

        def forward(self, x):
            y = self.body(x)
            return self.drop_path(y) + x if self.skip else y

    class MBConv(nn.Module):
        def __init__(self, inp, oup, stride, expand, se_ratio=0.25):
            super().__init__()
            mid, squeezed = inp * expand, max(1, int(inp * se_ratio))
            self.conv_pw = nn.Conv2d(inp, mid, 1, bias=False)
            self.bn1 = bn(mid)
            self.conv_dw = Conv2dSame(mid, mid, 3, stride, groups=mid, bias=False)
            self.bn2 = bn(mid)
            self.reduce = nn.Conv2d(mid, squeezed, 1)
            self.expand = nn.Conv2d(squeezed, mid, 1)
            self.conv_pwl = nn.Conv2d(mid, oup, 1, bias=False)
            self.bn3 = bn(oup)

        def forward(self, x):
            x = F.silu(self.bn1(self.conv_pw(x)))
            x = F.silu(self.bn2(self.conv_dw(x)))
            gate = self.expand(F.silu(self.reduce(x.mean((2, 3), keepdim=True))))
            return self.bn3(self.conv_pwl(x * gate.sigmoid()))

    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(Conv2dSame(3, 32, 3, 2, bias=False), bn(32), nn.SiLU())
            self.blocks = nn.Sequential(
                FusedMBConv(32, 16, 1, 1),
                FusedMBConv(16, 32, 2, 4),
                FusedMBConv(32, 32, 1, 4, drop=0.2 * 2 / 21),
                FusedMBConv(32, 48, 2, 4),
                FusedMBConv(48, 48, 1, 4, drop=0.2 * 4 / 21),
                MBConv(48, 96, 2, 4),
            )
            self.classifier = nn.Linear(96, 5)

        def forward(self, x):
            return self.classifier(self.blocks(self.stem(x)).mean((2, 3)))

    return Features()
