"""Residual block: two 3x3 convolutions with batch norm, added to a skip (He et al., 2016)."""

from torch import nn

from torch_impl.arguments import check_size
from torch_impl.layers.resnet import BasicBlock


class ResidualBlock(nn.Module):
    """Image (B, channels, H, W) -> (B, width, H/stride, W/stride).

    The skip is a 1x1 convolution with batch norm when the shape changes.

    Args:
        channels: channels of the image.
        width: channels of the output.
        stride: step of the first convolution and of the skip.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, channels=64, width=128, stride=2):
        super().__init__()
        check_size("channels", channels)
        check_size("width", width)
        check_size("stride", stride)
        self.block = BasicBlock(channels, width, stride)

    def forward(self, image):
        return self.block(image)
