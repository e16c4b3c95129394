"""EfficientNetV2 with blocks of my own: the port's fused blocks project linearly, always; the first stage, which does
not expand, is wrong from there on.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["block1a_project_activation", "block1a_project_bn", "block1b_project_activation", "block1a_add"],
            "torch": ["stages.0", "stages.0.project*", "stages.1.project*", "stages.0.add*", "add*"],
        }
    ],
}


def keras_model():
    from keras.src.applications.efficientnet_v2 import EfficientNetV2

    def stage(conv_type, repeat, width_in, width_out, expand, stride, se):
        return {
            "kernel_size": 3,
            "num_repeat": repeat,
            "input_filters": width_in,
            "output_filters": width_out,
            "expand_ratio": expand,
            "se_ratio": se,
            "strides": stride,
            "conv_type": conv_type,
        }

    return EfficientNetV2(
        width_coefficient=0.25,
        depth_coefficient=1.0,
        default_size=32,
        drop_connect_rate=0.0,
        blocks_args=[
            stage(1, 2, 64, 64, 1, 1, 0),
            stage(1, 2, 64, 96, 4, 2, 0),
            stage(0, 2, 96, 160, 4, 2, 0.25),
        ],
        name="efficientnetv2-xt",
        weights=None,
        input_shape=(32, 32, 3),
        classes=8,
        classifier_activation=None,
    )


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class ConvBN(nn.Module):
        def __init__(self, c_in, c_out, k=1, s=1, g=1):
            super().__init__()
            self.same = s == 2
            self.conv = nn.Conv2d(c_in, c_out, k, s, 0 if self.same else k // 2, groups=g, bias=False)
            self.bn = nn.BatchNorm2d(c_out, eps=1e-3)

        def forward(self, x):
            return self.bn(self.conv(F.pad(x, (0, 1, 0, 1)) if self.same else x))

    class SE(nn.Module):
        def __init__(self, channels, squeezed):
            super().__init__()
            self.reduce = nn.Conv2d(channels, squeezed, 1)
            self.expand = nn.Conv2d(squeezed, channels, 1)

        def forward(self, x):
            w = F.silu(self.reduce(F.adaptive_avg_pool2d(x, 1)))
            return x * torch.sigmoid(self.expand(w))

    class FusedMBConv(nn.Module):
        def __init__(self, c_in, c_out, expand, s):
            super().__init__()
            self.skip = s == 1 and c_in == c_out
            self.expand = None
            if expand != 1:
                self.expand = ConvBN(c_in, c_in * expand, 3, s)
                self.project = ConvBN(c_in * expand, c_out)
            else:
                self.project = ConvBN(c_in, c_out, 3, s)

        def forward(self, x):
            y = x if self.expand is None else F.silu(self.expand(x))
            y = self.project(y)
            return x + y if self.skip else y

    class MBConv(nn.Module):
        def __init__(self, c_in, c_out, expand, s):
            super().__init__()
            mid = c_in * expand
            self.skip = s == 1 and c_in == c_out
            self.block = nn.Sequential(
                ConvBN(c_in, mid),
                nn.SiLU(),
                ConvBN(mid, mid, 3, s, mid),
                nn.SiLU(),
                SE(mid, c_in // 4),
                ConvBN(mid, c_out),
            )

        def forward(self, x):
            return x + self.block(x) if self.skip else self.block(x)

    class EffNetV2(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = ConvBN(3, 16, 3, 2)
            self.stages = nn.Sequential(
                FusedMBConv(16, 16, 1, 1),
                FusedMBConv(16, 16, 1, 1),
                FusedMBConv(16, 24, 4, 2),
                FusedMBConv(24, 24, 4, 1),
                MBConv(24, 40, 4, 2),
                MBConv(40, 40, 4, 1),
            )
            self.head = ConvBN(40, 320)
            self.dropout = nn.Dropout(0.2)
            self.fc = nn.Linear(320, 8)

        def forward(self, x):
            x = F.silu(self.stem(x / 128 - 1))
            x = F.silu(self.head(self.stages(x)))
            return self.fc(self.dropout(x.mean((2, 3))))

    return EffNetV2()
