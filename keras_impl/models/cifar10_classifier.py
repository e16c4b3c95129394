"""CIFAR-10 classifier of the guide: three blocks of two convolutions, dropout that grows with depth."""

from keras import Input, Model, layers

from keras_impl.arguments import check_rate, check_sides, check_size
from keras_impl.layers.aligned import ChannelsFirstFlatten
from keras_impl.layers.conv_block import conv_block


def build_cifar10_classifier(channels=3, size=(32, 32), classes=10, dropout=0.5):
    """Image (B, H, W, channels) -> logits (B, classes).

    Args:
        channels: channels of the image.
        size: height and width of the image; each of the three blocks halves them.
        classes: width of the head.
        dropout: rate before the head, in [0, 1); the blocks keep their 0.2, 0.3 and 0.4.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_sides("size", size, 8)
    check_size("classes", classes)
    check_rate("dropout", dropout)
    image = Input((*size, channels), name="image")
    x = image
    for index, (width, rate) in enumerate([(64, 0.2), (128, 0.3), (256, 0.4)]):
        x = conv_block(x, width, 2, f"blocks.{index}")
        x = layers.MaxPooling2D(2, name=f"blocks.{index}.pool")(x)
        x = layers.Dropout(rate, name=f"blocks.{index}.drop")(x)
    x = ChannelsFirstFlatten(name="flatten")(x)  # rule: flatten-order
    x = layers.Dense(512, name="dense")(x)
    x = layers.ReLU(name="relu")(x)
    x = layers.Dropout(dropout, name="drop")(x)
    logits = layers.Dense(classes, name="head")(x)
    return Model(image, logits, name="cifar10_classifier")
