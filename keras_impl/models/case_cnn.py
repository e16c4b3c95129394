"""CNN of the CIFAR-10 case study: filters shared by all pixels (32 x 3 x 3 x 3 = 864 weights in the first layer)."""

from keras import Input, Model, layers

from keras_impl.arguments import check_sides, check_size, check_sizes
from keras_impl.layers.aligned import ChannelsFirstFlatten


def build_case_cnn(channels=3, size=(32, 32), widths=(32, 64), classes=10):
    """Image (B, H, W, channels) -> logits (B, classes).

    Args:
        channels: channels of the image.
        size: height and width of the image.
        widths: channels of each convolution; two in the case study.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_sides("size", size, 1)
    check_sizes("widths", widths)
    check_size("classes", classes)
    image = Input((*size, channels), name="image")
    x = image
    for index, width in enumerate(widths):
        x = layers.Conv2D(width, 3, padding="same", name=f"blocks.{index}.conv")(x)
        x = layers.ReLU(name=f"blocks.{index}.relu")(x)
    x = ChannelsFirstFlatten(name="flatten")(x)  # rule: flatten-order
    logits = layers.Dense(classes, name="head")(x)
    return Model(image, logits, name="case_cnn")
