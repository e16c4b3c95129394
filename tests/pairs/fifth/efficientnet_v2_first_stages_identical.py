"""EfficientNetV2-B0 of keras.applications up to the first block with squeeze and excitation, in PyTorch as a table of
stages: fused and plain blocks are one class, SAME padding is worked out from the size (as the "tf_" models of timm).
"""

INPUTS = ("46x46x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {"identical": True}


def keras_model():
    import keras

    whole = keras.applications.EfficientNetV2B0(
        include_top=False, weights=None, input_shape=(46, 46, 3), include_preprocessing=False
    )
    return keras.Model(whole.input, whole.get_layer("block4b_add").output)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class SameConv2d(nn.Conv2d):
        def forward(self, x):
            k, s = self.kernel_size[0], self.stride[0]
            (top, bottom), (left, right) = (
                (p // 2, p - p // 2) for p in (max((-(-n // s) - 1) * s + k - n, 0) for n in x.shape[-2:])
            )
            return super().forward(F.pad(x, (left, right, top, bottom)))

    def unit(i, o, k=1, s=1, groups=1, act=True):
        norm = nn.BatchNorm2d(o, eps=1e-3, momentum=0.1)
        return nn.Sequential(
            SameConv2d(i, o, k, s, groups=groups, bias=False), norm, nn.SiLU() if act else nn.Identity()
        )

    class Excite(nn.Module):
        def __init__(self, n, squeezed):
            super().__init__()
            self.reduce, self.expand = nn.Linear(n, squeezed), nn.Linear(squeezed, n)

        def forward(self, x):
            gate = torch.sigmoid(self.expand(F.silu(self.reduce(x.mean((-2, -1))))))
            return torch.einsum("bchw,bc->bchw", x, gate)

    class Block(nn.Module):
        def __init__(self, i, o, stride, ratio, fused):
            super().__init__()
            wide = i * ratio
            self.skip = stride == 1 and i == o
            if ratio == 1:
                parts = [unit(i, o, 3, stride)]
            elif fused:
                parts = [unit(i, wide, 3, stride), unit(wide, o, act=False)]
            else:
                deep = unit(wide, wide, 3, stride, groups=wide)
                parts = [unit(i, wide), deep, Excite(wide, max(1, i // 4)), unit(wide, o, act=False)]
            self.body = nn.Sequential(*parts)

        def forward(self, x):
            return x + self.body(x) if self.skip else self.body(x)

    stages = [(1, 16, 1, 1, True), (2, 32, 2, 4, True), (2, 48, 2, 4, True), (2, 96, 2, 4, False)]
    layers, width = [unit(3, 32, 3, 2)], 32
    for repeats, o, stride, ratio, fused in stages:
        for n in range(repeats):
            layers.append(Block(width, o, stride if n == 0 else 1, ratio, fused))
            width = o
    return nn.Sequential(*layers)
