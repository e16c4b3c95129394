"""Sequential CNN of the guide: three valid convolutions, each pooled, and a softmax head."""

from keras import Input, Model, layers

from keras_impl.arguments import check_rate, check_sides, check_size
from keras_impl.layers.aligned import ChannelsFirstFlatten


def build_sequential_cnn(channels=3, size=(32, 32), classes=10, dropout=0.5):
    """Image (B, H, W, channels) -> probabilities (B, classes).

    Args:
        channels: channels of the image.
        size: height and width of the image.
        classes: width of the head.
        dropout: rate before the head, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_sides("size", size, 22)
    check_size("classes", classes)
    check_rate("dropout", dropout)
    image = Input((*size, channels), name="image")
    x = image
    for index, width in enumerate((32, 64, 128)):
        x = layers.Conv2D(width, 3, name=f"blocks.{index}.conv")(x)
        x = layers.ReLU(name=f"blocks.{index}.relu")(x)
        x = layers.MaxPooling2D(2, name=f"blocks.{index}.pool")(x)
    x = ChannelsFirstFlatten(name="flatten")(x)  # rule: flatten-order
    x = layers.Dense(256, name="dense")(x)
    x = layers.ReLU(name="relu")(x)
    x = layers.Dropout(dropout, name="drop")(x)
    x = layers.Dense(classes, name="head")(x)
    probabilities = layers.Softmax(name="softmax")(x)
    return Model(image, probabilities, name="sequential_cnn")
