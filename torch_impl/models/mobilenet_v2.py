"""MobileNetV2 as torchvision defines it, path for path (Sandler et al., 2018)."""

from torch import nn

from torch_impl.arguments import check_rate, check_size
from torch_impl.layers.conv_norm import conv_norm

STAGES = (  # expansion, width, blocks, stride of the first block
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


class MobileNetV2(nn.Module):
    """Image (B, channels, H, W) -> logits (B, classes).

    Args:
        channels: channels of the image.
        classes: width of the head.
        dropout: rate before the head, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, channels=3, classes=1000, dropout=0.2):
        super().__init__()
        check_size("channels", channels)
        check_size("classes", classes)
        check_rate("dropout", dropout)
        self.features = nn.Sequential(conv_norm(channels, 32, 3, 2, nn.ReLU6))
        before = 32
        for expansion, width, blocks, stride in STAGES:
            for block in range(blocks):
                self.features.append(InvertedResidual(before, width, expansion, stride if block == 0 else 1))
                before = width
        self.features.append(conv_norm(before, 1280, 1, 1, nn.ReLU6))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(1280, classes))

    def forward(self, image):
        x = self.avgpool(self.features(image))
        return self.classifier(self.flatten(x))


class InvertedResidual(nn.Module):
    """Widen by 1x1, filter each channel by 3x3, narrow by 1x1; a skip where the shape stays."""

    def __init__(self, channels, width, expansion, stride):
        super().__init__()
        hidden = channels * expansion
        self.conv = nn.Sequential()
        if expansion != 1:
            self.conv.append(conv_norm(channels, hidden, 1, 1, nn.ReLU6))
        self.conv.append(conv_norm(hidden, hidden, 3, stride, nn.ReLU6, depthwise=True))
        self.conv.append(nn.Conv2d(hidden, width, 1, bias=False))
        self.conv.append(nn.BatchNorm2d(width))
        self.skip = stride == 1 and channels == width

    def forward(self, x):
        return x + self.conv(x) if self.skip else self.conv(x)
