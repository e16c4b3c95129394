"""CNN of the CIFAR-10 case study: filters shared by all pixels (32 x 3 x 3 x 3 = 864 weights in the first layer)."""

from collections import OrderedDict

from torch import nn

from torch_impl.arguments import check_sides, check_size, check_sizes


class CaseCNN(nn.Module):
    """Image (B, channels, H, W) -> logits (B, classes).

    Args:
        channels: channels of the image.
        size: height and width of the image.
        widths: channels of each convolution; two in the case study.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, channels=3, size=(32, 32), widths=(32, 64), classes=10):
        super().__init__()
        check_size("channels", channels)
        check_sides("size", size, 1)
        check_sizes("widths", widths)
        check_size("classes", classes)
        self.blocks = nn.Sequential()
        for width in widths:
            layers = OrderedDict(conv=nn.Conv2d(channels, width, 3, padding=1), relu=nn.ReLU())
            self.blocks.append(nn.Sequential(layers))
            channels = width
        self.flatten = nn.Flatten()
        self.head = nn.Linear(channels * size[0] * size[1], classes)

    def forward(self, image):
        x = self.blocks(image)
        return self.head(self.flatten(x))
