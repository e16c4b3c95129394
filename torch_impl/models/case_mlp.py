"""MLP of the CIFAR-10 case study: every pixel has its own weight (3072 x 100 = 307 200 in the first layer)."""

from torch import nn

from torch_impl.arguments import check_sides, check_size


class CaseMLP(nn.Module):
    """Image (B, channels, H, W) -> logits (B, classes).

    Args:
        channels: channels of the image.
        size: height and width of the image.
        units: width of the hidden layer.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, channels=3, size=(32, 32), units=100, classes=10):
        super().__init__()
        check_size("channels", channels)
        check_sides("size", size, 1)
        check_size("units", units)
        check_size("classes", classes)
        self.flatten = nn.Flatten()
        self.dense = nn.Linear(channels * size[0] * size[1], units)
        self.relu = nn.ReLU()
        self.head = nn.Linear(units, classes)

    def forward(self, image):
        x = self.flatten(image)
        return self.head(self.relu(self.dense(x)))
