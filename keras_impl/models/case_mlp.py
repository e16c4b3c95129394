"""MLP of the CIFAR-10 case study: every pixel has its own weight (3072 x 100 = 307 200 in the first layer)."""

from keras import Input, Model, layers

from keras_impl.arguments import check_sides, check_size
from keras_impl.layers.aligned import ChannelsFirstFlatten


def build_case_mlp(channels=3, size=(32, 32), units=100, classes=10):
    """Image (B, H, W, channels) -> logits (B, classes).

    Args:
        channels: channels of the image.
        size: height and width of the image.
        units: width of the hidden layer.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_sides("size", size, 1)
    check_size("units", units)
    check_size("classes", classes)
    image = Input((*size, channels), name="image")
    x = ChannelsFirstFlatten(name="flatten")(image)  # rule: flatten-order
    x = layers.Dense(units, name="dense")(x)
    x = layers.ReLU(name="relu")(x)
    logits = layers.Dense(classes, name="head")(x)
    return Model(image, logits, name="case_mlp")
