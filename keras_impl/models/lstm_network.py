"""LSTM network (Hochreiter and Schmidhuber, 1997), read at the last step."""

from keras import Input, Model, layers

from keras_impl.arguments import check_rate, check_size
from keras_impl.layers.recurrent import recurrent_stack


def build_lstm_network(channels=10, units=128, depth=2, classes=1, dropout=0.2):
    """Series (B, L, channels) -> output (B, classes).

    Args:
        channels: features of each step.
        units: width of each layer.
        depth: number of LSTM layers.
        classes: width of the head.
        dropout: rate between the layers, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_size("units", units)
    check_size("depth", depth)
    check_size("classes", classes)
    check_rate("dropout", dropout)
    series = Input((None, channels), name="series")
    x = recurrent_stack(series, layers.LSTM, units, depth, dropout, name="lstm")
    outputs = layers.Dense(classes, name="head")(x)
    return Model(series, outputs, name="lstm_network")
