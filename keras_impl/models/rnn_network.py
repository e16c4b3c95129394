"""Vanilla recurrent network (Elman, 1990), read at the last step."""

from keras import Input, Model, layers

from keras_impl.arguments import check_size


def build_rnn_network(channels=10, units=64, classes=1):
    """Series (B, L, channels) -> output (B, classes).

    Args:
        channels: features of each step.
        units: width of the recurrent layer.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_size("units", units)
    check_size("classes", classes)
    series = Input((None, channels), name="series")
    x = layers.SimpleRNN(units, name="rnn")(series)
    outputs = layers.Dense(classes, name="head")(x)
    return Model(series, outputs, name="rnn_network")
