"""Tiny CNN: one convolution, ReLU, one dense layer."""

from keras import Input, Model, layers

from keras_impl.arguments import check_sides, check_size
from keras_impl.layers.aligned import ChannelsFirstFlatten


def build_tiny_cnn(channels=1, size=(28, 28), width=16, classes=10):
    """Image (B, H, W, channels) -> logits (B, classes).

    Args:
        channels: channels of the image.
        size: height and width of the image.
        width: channels of the convolution.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_sides("size", size, 1)
    check_size("width", width)
    check_size("classes", classes)
    image = Input((*size, channels), name="image")
    x = layers.Conv2D(width, 3, padding="same", name="conv")(image)
    x = layers.ReLU(name="relu")(x)
    x = ChannelsFirstFlatten(name="flatten")(x)  # rule: flatten-order
    logits = layers.Dense(classes, name="head")(x)
    return Model(image, logits, name="tiny_cnn")
