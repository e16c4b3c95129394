"""Residual blocks and the ResNet body (He et al., 2016; the stride of a bottleneck is on its 3x3, "v1.5").

Paths are those of torchvision, so its published weights load by name.
"""

from torch import nn


class BasicBlock(nn.Module):
    """Image (B, channels, H, W) -> (B, width, H/stride, W/stride): two 3x3 convolutions and a skip."""

    expansion = 1

    def __init__(self, channels, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = shortcut(channels, width, stride)
        self.relu2 = nn.ReLU()

    def forward(self, x):
        skip = x
        x = self.relu1(self.bn1(self.conv1(x)))
        x = self.bn2(self.conv2(x))
        x = x + (skip if self.downsample is None else self.downsample(skip))
        return self.relu2(x)


class Bottleneck(nn.Module):
    """Image (B, channels, H, W) -> (B, 4*width, H/stride, W/stride): 1x1, 3x3 and 1x1 convolutions and a skip."""

    expansion = 4

    def __init__(self, channels, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(width, width, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.relu2 = nn.ReLU()
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.downsample = shortcut(channels, 4 * width, stride)
        self.relu3 = nn.ReLU()

    def forward(self, x):
        skip = x
        x = self.relu1(self.bn1(self.conv1(x)))
        x = self.relu2(self.bn2(self.conv2(x)))
        x = self.bn3(self.conv3(x))
        x = x + (skip if self.downsample is None else self.downsample(skip))
        return self.relu3(x)


def shortcut(channels, width, stride):
    if stride == 1 and channels == width:
        return None
    return nn.Sequential(nn.Conv2d(channels, width, 1, stride, bias=False), nn.BatchNorm2d(width))


class ResNet(nn.Module):
    """Image (B, channels, H, W) -> features (B, 512), of bottlenecks (B, 2048); ``depths`` = blocks per stage."""

    def __init__(self, block, depths, channels=3):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 64, 7, 2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, padding=1)
        before = 64
        for stage, depth in enumerate(depths):
            width = 64 * 2**stage
            blocks = nn.Sequential()
            for index in range(depth):
                blocks.append(block(before, width, 2 if stage > 0 and index == 0 else 1))
                before = width * block.expansion
            self.add_module(f"layer{stage + 1}", blocks)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()

    def forward(self, image):
        return self.embed(image)

    def embed(self, image):
        x = self.maxpool(self.relu(self.bn1(self.conv1(image))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.flatten(self.avgpool(x))
