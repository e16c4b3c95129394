"""A shrunken EfficientNetV2 of the Keras zoo (two fused stages, one with squeeze and excitation) against a PyTorch
version that pads its strided convolutions by hand as the TensorFlow checkpoints need it.
"""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}
LIBRARIES = ("keras.applications",)


def keras_model():
    from keras.src.applications.efficientnet_v2 import EfficientNetV2

    def stage(conv_type, repeats, width_in, width_out, expand, se, strides):
        return {
            "kernel_size": 3,
            "num_repeat": repeats,
            "input_filters": width_in,
            "output_filters": width_out,
            "expand_ratio": expand,
            "se_ratio": se,
            "strides": strides,
            "conv_type": conv_type,
        }

    return EfficientNetV2(
        width_coefficient=1.0,
        depth_coefficient=1.0,
        default_size=32,
        dropout_rate=0.0,
        drop_connect_rate=0.0,
        blocks_args=[
            stage(1, 1, 8, 8, 1, 0.0, 1),
            stage(1, 2, 8, 16, 4, 0.0, 2),
            stage(0, 2, 16, 24, 4, 0.25, 2),
        ],
        name="efficientnetv2-tiny",
        weights=None,
        input_shape=(32, 32, 3),
        classes=6,
        classifier_activation=None,
        include_preprocessing=False,
    )


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Conv2dSame(nn.Conv2d):
        def forward(self, x):
            pads = []
            for size, kernel, stride in zip(x.shape[:1:-1], self.kernel_size[::-1], self.stride[::-1], strict=True):
                total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
                pads += [total // 2, total - total // 2]
            return F.conv2d(F.pad(x, pads), self.weight, self.bias, self.stride, 0, self.dilation, self.groups)

    def norm(width):
        return nn.BatchNorm2d(width, eps=1e-3, momentum=0.1)

    class SqueezeExcite(nn.Module):
        def __init__(self, width, reduced):
            super().__init__()
            self.conv_reduce = nn.Conv2d(width, reduced, 1)
            self.conv_expand = nn.Conv2d(reduced, width, 1)

        def forward(self, x):
            s = F.silu(self.conv_reduce(x.mean((2, 3), keepdim=True)))
            return x * self.conv_expand(s).sigmoid()

    class ConvBnAct(nn.Module):
        def __init__(self, width_in, width_out):
            super().__init__()
            self.conv = Conv2dSame(width_in, width_out, 3, bias=False)
            self.bn = norm(width_out)

        def forward(self, x):
            return x + F.silu(self.bn(self.conv(x)))

    class EdgeResidual(nn.Module):
        def __init__(self, width_in, width_out, stride, expand=4):
            super().__init__()
            self.conv_exp = Conv2dSame(width_in, width_in * expand, 3, stride=stride, bias=False)
            self.bn1 = norm(width_in * expand)
            self.conv_pwl = nn.Conv2d(width_in * expand, width_out, 1, bias=False)
            self.bn2 = norm(width_out)
            self.skip = stride == 1 and width_in == width_out

        def forward(self, x):
            y = self.bn2(self.conv_pwl(F.silu(self.bn1(self.conv_exp(x)))))
            return y + x if self.skip else y

    class InvertedResidual(nn.Module):
        def __init__(self, width_in, width_out, stride, expand=4):
            super().__init__()
            mid = width_in * expand
            self.conv_pw = nn.Conv2d(width_in, mid, 1, bias=False)
            self.bn1 = norm(mid)
            self.conv_dw = Conv2dSame(mid, mid, 3, stride=stride, groups=mid, bias=False)
            self.bn2 = norm(mid)
            self.se = SqueezeExcite(mid, width_in // 4)
            self.conv_pwl = nn.Conv2d(mid, width_out, 1, bias=False)
            self.bn3 = norm(width_out)
            self.skip = stride == 1 and width_in == width_out

        def forward(self, x):
            y = F.silu(self.bn1(self.conv_pw(x)))
            y = self.se(F.silu(self.bn2(self.conv_dw(y))))
            y = self.bn3(self.conv_pwl(y))
            return y + x if self.skip else y

    class EfficientNet(nn.Module):
        def __init__(self, num_classes=6):
            super().__init__()
            self.conv_stem = Conv2dSame(3, 8, 3, stride=2, bias=False)
            self.bn1 = norm(8)
            self.blocks = nn.Sequential(
                nn.Sequential(ConvBnAct(8, 8)),
                nn.Sequential(EdgeResidual(8, 16, 2), EdgeResidual(16, 16, 1)),
                nn.Sequential(InvertedResidual(16, 24, 2), InvertedResidual(24, 24, 1)),
            )
            self.conv_head = nn.Conv2d(24, 1280, 1, bias=False)
            self.bn2 = norm(1280)
            self.classifier = nn.Linear(1280, num_classes)

        def forward(self, x):
            x = F.silu(self.bn1(self.conv_stem(x)))
            x = F.silu(self.bn2(self.conv_head(self.blocks(x))))
            return self.classifier(x.mean(dim=(-2, -1)))

    return EfficientNet()
