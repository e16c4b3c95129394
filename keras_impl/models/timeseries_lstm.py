"""Forecaster: LSTM over a window of a series, read at the last step -> head."""

from keras import Input, Model, layers

from keras_impl.arguments import check_rate, check_size
from keras_impl.layers.dense_head import dense_head
from keras_impl.layers.recurrent import recurrent_stack


def build_timeseries_lstm(channels=1, units=64, depth=2, classes=1, dropout=0.2, head_units=32):
    """Series (B, L, channels) -> forecast (B, classes).

    Args:
        channels: features of each step.
        units: width of each layer.
        depth: number of LSTM layers.
        classes: number of values to forecast.
        dropout: rate between the layers and inside the head, in [0, 1).
        head_units: width of the hidden layer of the head; 0 for none.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_size("units", units)
    check_size("depth", depth)
    check_size("classes", classes)
    check_rate("dropout", dropout)
    if head_units:
        check_size("head_units", head_units)
    series = Input((None, channels), name="series")
    x = recurrent_stack(series, layers.LSTM, units, depth, dropout, name="lstm")
    forecast = dense_head(x, head_units, classes, dropout, name="head")
    return Model(series, forecast, name="timeseries_lstm")
