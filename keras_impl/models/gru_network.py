"""GRU network (Cho et al., 2014), read at the last step."""

from functools import partial

from keras import Input, Model, layers

from keras_impl.arguments import check_rate, check_size
from keras_impl.layers.recurrent import recurrent_stack


def build_gru_network(channels=10, units=128, depth=2, classes=1, dropout=0.2, reset_after=True):
    """Series (B, L, channels) -> output (B, classes).

    Args:
        channels: features of each step.
        units: width of each layer.
        depth: number of GRU layers.
        classes: width of the head.
        dropout: rate between the layers, in [0, 1).
        reset_after: the reset gate acts after the recurrent product (as in cuDNN) or before it (as in the paper).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_size("units", units)
    check_size("depth", depth)
    check_size("classes", classes)
    check_rate("dropout", dropout)
    series = Input((None, channels), name="series")
    gru = partial(layers.GRU, reset_after=reset_after)
    x = recurrent_stack(series, gru, units, depth, dropout, name="gru")
    outputs = layers.Dense(classes, name="head")(x)
    return Model(series, outputs, name="gru_network")
