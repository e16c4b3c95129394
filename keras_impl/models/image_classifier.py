"""Image classifier of the guide: (conv 3x3 -> batch norm -> ReLU -> max-pool) per width, then two dense layers."""

from keras import Input, Model, layers

from keras_impl.arguments import check_choice, check_rate, check_sides, check_size, check_sizes
from keras_impl.layers.aligned import ChannelsFirstFlatten
from keras_impl.layers.conv_block import conv_block


def build_image_classifier(channels=3, size=(32, 32), widths=(32, 64, 128), classes=10, dropout=0.5, head="logits"):
    """Image (B, H, W, channels) -> logits or probabilities (B, classes).

    Args:
        channels: channels of the image.
        size: height and width of the image; each block halves them.
        widths: channels of each block.
        classes: width of the head.
        dropout: rate before the head, in [0, 1).
        head: "logits", or "softmax" for probabilities.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_sizes("widths", widths)
    check_sides("size", size, 2 ** len(widths))
    check_size("classes", classes)
    check_rate("dropout", dropout)
    check_choice("head", head, ("logits", "softmax"))
    image = Input((*size, channels), name="image")
    x = image
    for index, width in enumerate(widths):
        x = conv_block(x, width, 1, f"blocks.{index}")
        x = layers.MaxPooling2D(2, name=f"blocks.{index}.pool")(x)
    x = ChannelsFirstFlatten(name="flatten")(x)  # rule: flatten-order
    x = layers.Dense(256, name="dense")(x)
    x = layers.ReLU(name="relu")(x)
    x = layers.Dropout(dropout, name="drop")(x)
    outputs = layers.Dense(classes, name="head")(x)
    if head == "softmax":
        outputs = layers.Softmax(name="softmax")(outputs)
    return Model(image, outputs, name="image_classifier")
