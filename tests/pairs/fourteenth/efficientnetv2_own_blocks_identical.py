"""EfficientNetV2 of the Keras zoo with a block table of my own (one fused stage without expansion, one with, one
MBConv stage with squeeze-and-excite), against a PyTorch rewrite that pads strided convolutions the TensorFlow
way.
"""

INPUTS = ("40x40x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {"identical": True}


def keras_model():
    from keras.src.applications.efficientnet_v2 import EfficientNetV2

    def stage(conv_type, repeat, i, o, expand, stride, se):
        return {
            "kernel_size": 3,
            "num_repeat": repeat,
            "input_filters": i,
            "output_filters": o,
            "expand_ratio": expand,
            "se_ratio": se,
            "strides": stride,
            "conv_type": conv_type,
        }

    return EfficientNetV2(
        width_coefficient=0.1,
        depth_coefficient=1.0,
        default_size=40,
        dropout_rate=0.2,
        drop_connect_rate=0.0,
        min_depth=8,
        blocks_args=[
            stage(1, 1, 80, 80, 1, 1, 0.0),
            stage(1, 2, 80, 160, 4, 2, 0.0),
            stage(0, 2, 160, 240, 4, 2, 0.25),
        ],
        name="efficientnetv2-tiny",
        weights=None,
        input_shape=(40, 40, 3),
        classes=5,
        classifier_activation=None,
        include_preprocessing=False,
    )


def torch_model():
    import math

    import torch.nn.functional as F
    from torch import nn

    class Conv2dSame(nn.Conv2d):
        def forward(self, x):
            pads = []
            for size, k, s in zip(x.shape[-2:], self.kernel_size, self.stride, strict=True):
                total = max((math.ceil(size / s) - 1) * s + k - size, 0)
                pads = [total // 2, total - total // 2, *pads]
            return super().forward(F.pad(x, pads))

    class ConvBnAct(nn.Sequential):
        def __init__(self, c_in, c_out, kernel=1, stride=1, groups=1, act=True):
            super().__init__(
                Conv2dSame(c_in, c_out, kernel, stride, groups=groups, bias=False),
                nn.BatchNorm2d(c_out, eps=1e-3, momentum=0.1),
                nn.SiLU(inplace=True) if act else nn.Identity(),
            )

    class SqueezeExcite(nn.Module):
        def __init__(self, channels, reduced):
            super().__init__()
            self.conv_reduce = nn.Conv2d(channels, reduced, 1)
            self.conv_expand = nn.Conv2d(reduced, channels, 1)

        def forward(self, x):
            gate = self.conv_expand(F.silu(self.conv_reduce(x.mean((2, 3), keepdim=True))))
            return x * gate.sigmoid()

    class Residual(nn.Module):
        def __init__(self, body, keep):
            super().__init__()
            self.body = nn.Sequential(*body)
            self.keep = keep

        def forward(self, x):
            return x + self.body(x) if self.keep else self.body(x)

    def fused(c_in, c_out, expand, stride):
        if expand == 1:
            body = [ConvBnAct(c_in, c_out, 3, stride)]
        else:
            body = [ConvBnAct(c_in, c_in * expand, 3, stride), ConvBnAct(c_in * expand, c_out, act=False)]
        return Residual(body, stride == 1 and c_in == c_out)

    def mbconv(c_in, c_out, expand, stride):
        mid = c_in * expand
        body = [
            ConvBnAct(c_in, mid),
            ConvBnAct(mid, mid, 3, stride, groups=mid),
            SqueezeExcite(mid, c_in // 4),
            ConvBnAct(mid, c_out, act=False),
        ]
        return Residual(body, stride == 1 and c_in == c_out)

    return nn.Sequential(
        ConvBnAct(3, 8, 3, 2),
        fused(8, 8, 1, 1),
        fused(8, 16, 4, 2),
        fused(16, 16, 4, 1),
        mbconv(16, 24, 4, 2),
        mbconv(24, 24, 4, 1),
        ConvBnAct(24, 128),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(128, 5),
    )
