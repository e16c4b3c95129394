"""Temporal convolutional network: causal convolutions, dilated twice as far in each block (Bai et al., 2018)."""

from keras import Input, Model, layers, ops

from keras_impl.arguments import check_rate, check_size, check_sizes


def build_tcn(channels=1, widths=(32, 32, 32, 32), kernel=3, classes=1, dropout=0.2):
    """Series (B, L, channels) -> output (B, classes), read at the last step.

    Without the weight normalisation of the paper.

    Args:
        channels: features of each step.
        widths: channels of each block; block i is dilated by 2 to the power of i.
        kernel: steps that a convolution sees.
        classes: width of the head.
        dropout: rate of whole channels after each convolution, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_sizes("widths", widths)
    check_size("kernel", kernel)
    check_size("classes", classes)
    check_rate("dropout", dropout)
    series = Input((None, channels), name="series")
    x = series
    for index, width in enumerate(widths):
        x = tcn_block(x, width, kernel, 2**index, dropout, f"blocks.{index}")
    outputs = layers.Dense(classes, name="head")(x[:, -1])
    return Model(series, outputs, name="tcn")


def tcn_block(x, width, kernel, dilation, dropout, name):
    """Series (B, L, C) -> (B, L, width); step t sees only steps <= t."""
    history = (kernel - 1) * dilation
    skip = x
    if x.shape[-1] != width:
        skip = layers.Conv1D(width, 1, name=f"{name}.skip")(x)
    for index in (1, 2):
        x = ops.pad(x, [[0, 0], [history, 0], [0, 0]])
        x = layers.Conv1D(width, kernel, dilation_rate=dilation, name=f"{name}.conv{index}")(x)
        x = layers.ReLU(name=f"{name}.relu{index}")(x)
        x = layers.SpatialDropout1D(dropout, name=f"{name}.drop{index}")(x)
    return layers.ReLU(name=f"{name}.relu")(x + skip)
