"""CIFAR-10 classifier of the guide: three blocks of two convolutions, dropout that grows with depth."""

from torch import nn

from torch_impl.arguments import check_rate, check_sides, check_size
from torch_impl.layers.conv_block import conv_block


class CIFAR10Classifier(nn.Module):
    """Image (B, channels, H, W) -> logits (B, classes).

    Args:
        channels: channels of the image.
        size: height and width of the image; each of the three blocks halves them.
        classes: width of the head.
        dropout: rate before the head, in [0, 1); the blocks keep their 0.2, 0.3 and 0.4.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, channels=3, size=(32, 32), classes=10, dropout=0.5):
        super().__init__()
        check_size("channels", channels)
        check_sides("size", size, 8)
        check_size("classes", classes)
        check_rate("dropout", dropout)
        self.blocks = nn.Sequential()
        for width, rate in [(64, 0.2), (128, 0.3), (256, 0.4)]:
            block = conv_block(channels, width, 2)
            block.add_module("pool", nn.MaxPool2d(2))
            block.add_module("drop", nn.Dropout(rate))
            self.blocks.append(block)
            channels = width
        self.flatten = nn.Flatten()
        self.dense = nn.Linear(256 * (size[0] // 8) * (size[1] // 8), 512)
        self.relu = nn.ReLU()
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(512, classes)

    def forward(self, image):
        x = self.flatten(self.blocks(image))
        return self.head(self.drop(self.relu(self.dense(x))))
