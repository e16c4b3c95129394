"""VGG-like CNN: blocks of (conv 3x3 -> batch norm -> ReLU), pooled, then two dense layers."""

from collections import OrderedDict

from torch import nn

from torch_impl.arguments import check_rate, check_size, check_sizes


class CNN(nn.Module):
    """Image (B, channels, H, W) -> logits (B, classes).

    Every block but the last ends in a max-pool of 2; the last is averaged to a 4x4 grid.

    Args:
        channels: channels of the image.
        widths: channels of each block.
        convs: convolutions per block.
        classes: width of the head.
        spatial_dropout: rate of whole feature maps between blocks, in [0, 1).
        dropout: rate before the head, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, channels=3, widths=(32, 64, 128), convs=2, classes=10, spatial_dropout=0.25, dropout=0.5):
        super().__init__()
        check_size("channels", channels)
        check_sizes("widths", widths)
        check_size("convs", convs)
        check_size("classes", classes)
        check_rate("spatial_dropout", spatial_dropout)
        check_rate("dropout", dropout)
        blocks = []
        for index, width in enumerate(widths):
            last = index == len(widths) - 1
            blocks.append(conv_block(channels, width, convs, last, 0 if last else spatial_dropout))
            channels = width
        self.blocks = nn.Sequential(*blocks)
        self.flatten = nn.Flatten()
        self.dense = nn.Linear(channels * 4 * 4, 256)
        self.relu = nn.ReLU()
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(256, classes)

    def forward(self, image):
        x = self.flatten(self.blocks(image))
        return self.head(self.drop(self.relu(self.dense(x))))


def conv_block(channels, width, convs, last, spatial_dropout):
    layers = OrderedDict()
    for index in range(convs):
        layers[f"conv{index}"] = nn.Conv2d(channels, width, 3, padding=1)
        layers[f"norm{index}"] = nn.BatchNorm2d(width)
        layers[f"relu{index}"] = nn.ReLU()
        channels = width
    if last:
        layers["pool"] = nn.AdaptiveAvgPool2d(4)
        return nn.Sequential(layers)
    layers["pool"] = nn.MaxPool2d(2)
    if spatial_dropout:
        layers["drop"] = nn.Dropout2d(spatial_dropout)
    return nn.Sequential(layers)
