"""Forecaster: LSTM over a window of a series, read at the last step -> head."""

from torch import nn

from torch_impl.arguments import check_rate, check_size
from torch_impl.layers.dense_head import dense_head
from torch_impl.layers.recurrent import LSTM, recurrent_stack


class TimeSeriesLSTM(nn.Module):
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

    def __init__(self, channels=1, units=64, depth=2, classes=1, dropout=0.2, head_units=32):
        super().__init__()
        check_size("channels", channels)
        check_size("units", units)
        check_size("depth", depth)
        check_size("classes", classes)
        check_rate("dropout", dropout)
        if head_units:
            check_size("head_units", head_units)
        self.lstm = recurrent_stack(LSTM, channels, units, depth, dropout)
        self.head = dense_head(units, head_units, classes, dropout)

    def forward(self, series):
        return self.head(self.lstm(series))
