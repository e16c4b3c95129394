"""A shrunken EfficientNet from the applications, retrained on pollen pictures with pixels from 0 to 255, and its
rewrite in PyTorch, block by block from the paper.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["preprocessing-inside", "scale-other"],
            "keras": ["rescaling*", "normalization*", "stem_conv*"],
            "torch": ["stem", "stem.*", "pad*", ""],
        }
    ],
}


def keras_model():
    from keras.src.applications.efficientnet import EfficientNet

    blocks = [
        {"kernel_size": 3, "repeats": 1, "filters_in": 32, "filters_out": 16, "expand_ratio": 1, "strides": 1},
        {"kernel_size": 3, "repeats": 2, "filters_in": 16, "filters_out": 24, "expand_ratio": 4, "strides": 2},
        {"kernel_size": 5, "repeats": 1, "filters_in": 24, "filters_out": 48, "expand_ratio": 4, "strides": 2},
    ]
    return EfficientNet(
        width_coefficient=0.5,
        depth_coefficient=1.0,
        default_size=32,
        dropout_rate=0.2,
        drop_connect_rate=0.0,
        blocks_args=[{**block, "id_skip": True, "se_ratio": 0.25} for block in blocks],
        name="efficientnet_pollen",
        weights=None,
        input_shape=(32, 32, 3),
        classes=7,
        classifier_activation=None,
    )


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class SamePadConv2d(nn.Conv2d):
        def forward(self, x):
            pads = []
            for size, kernel, stride in zip(x.shape[:1:-1], self.kernel_size, self.stride, strict=True):
                total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
                pads += [total // 2, total - total // 2]
            return super().forward(F.pad(x, pads))

    def conv_bn(inp, out, k, s=1, groups=1, act=True):
        parts = [SamePadConv2d(inp, out, k, s, groups=groups, bias=False), nn.BatchNorm2d(out, eps=1e-3, momentum=0.01)]
        return nn.Sequential(*parts, nn.SiLU()) if act else nn.Sequential(*parts)

    class SqueezeExcite(nn.Module):
        def __init__(self, channels, squeezed):
            super().__init__()
            self.fc1 = nn.Conv2d(channels, squeezed, 1)
            self.fc2 = nn.Conv2d(squeezed, channels, 1)

        def forward(self, x):
            s = F.silu(self.fc1(x.mean((2, 3), keepdim=True)))
            return x * torch.sigmoid(self.fc2(s))

    class MBConv(nn.Module):
        def __init__(self, inp, out, expand, k, s):
            super().__init__()
            mid = inp * expand
            self.use_res = s == 1 and inp == out
            parts = [conv_bn(inp, mid, 1)] if expand > 1 else []
            parts += [conv_bn(mid, mid, k, s, groups=mid), SqueezeExcite(mid, max(1, inp // 4))]
            self.body = nn.Sequential(*parts, conv_bn(mid, out, 1, act=False))

        def forward(self, x):
            return x + self.body(x) if self.use_res else self.body(x)

    class EfficientNet(nn.Module):
        def __init__(self, num_classes=7):
            super().__init__()
            self.stem = conv_bn(3, 16, 3, 2)
            self.stages = nn.Sequential(
                MBConv(16, 8, 1, 3, 1),
                MBConv(8, 16, 4, 3, 2),
                MBConv(16, 16, 4, 3, 1),
                MBConv(16, 24, 4, 5, 2),
            )
            self.head = conv_bn(24, 640, 1)
            self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(640, num_classes))

        def forward(self, x):
            x = self.head(self.stages(self.stem(x)))
            return self.classifier(x.mean((2, 3)))

    return EfficientNet()
