"""Image classifier of the guide: (conv 3x3 -> batch norm -> ReLU -> max-pool) per width, then two dense layers."""

from torch import nn

from torch_impl.arguments import check_choice, check_rate, check_sides, check_size, check_sizes
from torch_impl.layers.conv_block import conv_block


class ImageClassifier(nn.Module):
    """Image (B, channels, H, W) -> logits or probabilities (B, classes).

    Args:
        channels: channels of the image.
        size: height and width of the image; each block halves them.
        widths: channels of each block.
        classes: width of the head.
        dropout: rate before the head, in [0, 1).
        head: "logits", or "softmax" for probabilities.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, channels=3, size=(32, 32), widths=(32, 64, 128), classes=10, dropout=0.5, head="logits"):
        super().__init__()
        check_size("channels", channels)
        check_sizes("widths", widths)
        check_sides("size", size, 2 ** len(widths))
        check_size("classes", classes)
        check_rate("dropout", dropout)
        check_choice("head", head, ("logits", "softmax"))
        self.blocks = nn.Sequential()
        height, width = size
        for after in widths:
            block = conv_block(channels, after, 1)
            block.add_module("pool", nn.MaxPool2d(2))
            self.blocks.append(block)
            channels, height, width = after, height // 2, width // 2
        self.flatten = nn.Flatten()
        self.dense = nn.Linear(channels * height * width, 256)
        self.relu = nn.ReLU()
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(256, classes)
        self.softmax = nn.Softmax(dim=1) if head == "softmax" else None

    def forward(self, image):
        x = self.flatten(self.blocks(image))
        x = self.head(self.drop(self.relu(self.dense(x))))
        return x if self.softmax is None else self.softmax(x)
