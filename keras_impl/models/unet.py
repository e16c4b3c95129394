"""U-Net: down by max-pools, up by transposed convolutions, joined at every size (Ronneberger et al., 2015)."""

from keras import Input, Model, layers, ops

from keras_impl.arguments import check_size, check_sizes
from keras_impl.layers.aligned import MaxPooling2D
from keras_impl.layers.conv_block import conv_block
from keras_impl.layers.crop_like import CropLike


def build_unet(channels=3, widths=(16, 32, 64), convs=2, classes=2):
    """Image (B, H, W, channels) -> logits (B, H, W, classes) of each pixel.

    Pools round odd sides up and the way back crops them, so any height and width will do.

    Args:
        channels: channels of the image.
        widths: channels at each size, finest first.
        convs: convolutions per block.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_sizes("widths", widths)
    check_size("convs", convs)
    check_size("classes", classes)
    image = Input((None, None, channels), name="image")
    x = image
    skips = []
    for index, width in enumerate(widths[:-1]):
        x = conv_block(x, width, convs, f"down.{index}")
        skips.append(x)
        x = MaxPooling2D(2, ceil_mode=True, name=f"pools.{index}")(x)  # rule: pool-padding
    x = conv_block(x, widths[-1], convs, "bottom")
    for index, width in enumerate(reversed(widths[:-1])):
        x = up_block(x, skips.pop(), width, convs, f"up.{index}")
    logits = layers.Conv2D(classes, 1, name="head")(x)
    return Model(image, logits, name="unet")


def up_block(x, skip, width, convs, name):
    x = layers.Conv2DTranspose(width, 2, strides=2, name=f"{name}.expand")(x)
    x = CropLike(name=f"{name}.crop")(x, skip)
    x = ops.concatenate([skip, x], axis=-1)
    return conv_block(x, width, convs, f"{name}.join")
