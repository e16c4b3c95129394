"""VGG-like CNN: blocks of (conv 3x3 -> batch norm -> ReLU), pooled, then two dense layers."""

from keras import Input, Model, layers

from keras_impl.arguments import check_rate, check_size, check_sizes
from keras_impl.layers.aligned import BatchNormalization, ChannelsFirstFlatten


def build_cnn(channels=3, widths=(32, 64, 128), convs=2, classes=10, spatial_dropout=0.25, dropout=0.5):
    """Image (B, H, W, channels) -> logits (B, classes).

    Every block but the last ends in a max-pool of 2; the last is averaged to a 4x4 grid.

    Args:
        channels: channels of the image.
        widths: channels of each block.
        convs: convolutions per block.
        classes: width of the head.
        spatial_dropout: rate of whole feature maps between blocks, in [0, 1).
        dropout: rate before the head, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_sizes("widths", widths)
    check_size("convs", convs)
    check_size("classes", classes)
    check_rate("spatial_dropout", spatial_dropout)
    check_rate("dropout", dropout)
    image = Input((None, None, channels), name="image")
    x = image
    for index, width in enumerate(widths):
        last = index == len(widths) - 1
        x = conv_block(x, width, convs, last, 0 if last else spatial_dropout, f"blocks.{index}")
    x = ChannelsFirstFlatten(name="flatten")(x)  # rule: flatten-order
    x = layers.Dense(256, name="dense")(x)
    x = layers.ReLU(name="relu")(x)
    x = layers.Dropout(dropout, name="drop")(x)
    logits = layers.Dense(classes, name="head")(x)
    return Model(image, logits, name="cnn")


def conv_block(x, width, convs, last, spatial_dropout, name):
    for index in range(convs):
        x = layers.Conv2D(width, 3, padding="same", name=f"{name}.conv{index}")(x)
        x = BatchNormalization(name=f"{name}.norm{index}")(x)
        x = layers.ReLU(name=f"{name}.relu{index}")(x)
    if last:
        return layers.AdaptiveAveragePooling2D(4, name=f"{name}.pool")(x)
    x = layers.MaxPooling2D(2, name=f"{name}.pool")(x)
    if spatial_dropout:
        x = layers.SpatialDropout2D(spatial_dropout, name=f"{name}.drop")(x)
    return x
