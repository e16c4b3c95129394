"""EfficientNet-B0 body: inverted residuals with squeeze-and-excitation and stochastic depth (Tan and Le, 2019).

Paths are those of torchvision, so its published weights load by name.
"""

from torch import nn

from torch_impl.layers.aligned import StochasticDepth
from torch_impl.layers.conv_norm import conv_norm

STAGES = (  # expansion, kernel, stride of the first block, width, blocks
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)


class SqueezeExcitation(nn.Module):
    """Image (B, channels, H, W) -> same shape: each channel scaled by what all channels average to."""

    def __init__(self, channels, units):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, units, 1)
        self.activation = nn.SiLU()
        self.fc2 = nn.Conv2d(units, channels, 1)
        self.scale_activation = nn.Sigmoid()

    def forward(self, x):
        scale = self.activation(self.fc1(self.avgpool(x)))
        return self.scale_activation(self.fc2(scale)) * x


class MBConv(nn.Module):
    """Image (B, channels, H, W) -> (B, width, H/stride, W/stride); ``rate`` drops whole residuals."""

    def __init__(self, channels, width, expansion, kernel, stride, rate):
        super().__init__()
        hidden = channels * expansion
        self.block = nn.Sequential()
        if expansion != 1:
            self.block.append(conv_norm(channels, hidden, 1, 1, nn.SiLU))
        self.block.append(conv_norm(hidden, hidden, kernel, stride, nn.SiLU, depthwise=True))
        self.block.append(SqueezeExcitation(hidden, max(1, channels // 4)))
        self.block.append(conv_norm(hidden, width, 1, 1, None))
        self.stochastic_depth = StochasticDepth(rate) if stride == 1 and channels == width else None

    def forward(self, x):
        y = self.block(x)
        return y if self.stochastic_depth is None else self.stochastic_depth(y) + x


class EfficientNet(nn.Module):
    """Image (B, channels, H, W) -> features (B, 1280); the rate of dropped residuals grows to ``stochastic_depth``."""

    def __init__(self, channels=3, stochastic_depth=0.2):
        super().__init__()
        self.features = nn.Sequential(conv_norm(channels, 32, 3, 2, nn.SiLU))
        total = sum(blocks for *_, blocks in STAGES)
        before, done = 32, 0
        for expansion, kernel, stride, width, blocks in STAGES:
            stage = nn.Sequential()
            for index in range(blocks):
                rate = stochastic_depth * done / total
                stage.append(MBConv(before, width, expansion, kernel, stride if index == 0 else 1, rate))
                before = width
                done += 1
            self.features.append(stage)
        self.features.append(conv_norm(before, 1280, 1, 1, nn.SiLU))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()

    def forward(self, image):
        return self.embed(image)

    def embed(self, image):
        return self.flatten(self.avgpool(self.features(image)))
