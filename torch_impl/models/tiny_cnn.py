"""Tiny CNN: one convolution, ReLU, one dense layer."""

from torch import nn

from torch_impl.arguments import check_sides, check_size


class TinyCNN(nn.Module):
    """Image (B, channels, H, W) -> logits (B, classes).

    Args:
        channels: channels of the image.
        size: height and width of the image.
        width: channels of the convolution.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, channels=1, size=(28, 28), width=16, classes=10):
        super().__init__()
        check_size("channels", channels)
        check_sides("size", size, 1)
        check_size("width", width)
        check_size("classes", classes)
        self.conv = nn.Conv2d(channels, width, 3, padding=1)
        self.relu = nn.ReLU()
        self.flatten = nn.Flatten()
        self.head = nn.Linear(width * size[0] * size[1], classes)

    def forward(self, image):
        x = self.relu(self.conv(image))
        return self.head(self.flatten(x))
