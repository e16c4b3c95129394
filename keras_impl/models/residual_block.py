"""Residual block: two 3x3 convolutions with batch norm, added to a skip (He et al., 2016)."""

from keras import Input, Model

from keras_impl.arguments import check_size
from keras_impl.layers.resnet import basic_block


def build_residual_block(channels=64, width=128, stride=2):
    """Image (B, H, W, channels) -> (B, H/stride, W/stride, width).

    The skip is a 1x1 convolution with batch norm when the shape changes.

    Args:
        channels: channels of the image.
        width: channels of the output.
        stride: step of the first convolution and of the skip.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_size("width", width)
    check_size("stride", stride)
    image = Input((None, None, channels), name="image")
    return Model(image, basic_block(image, width, stride, "block"), name="residual_block")
