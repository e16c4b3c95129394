"""LSTM network (Hochreiter and Schmidhuber, 1997), read at the last step."""

from torch import nn

from torch_impl.arguments import check_rate, check_size
from torch_impl.layers.recurrent import LSTM, recurrent_stack


class LSTMNetwork(nn.Module):
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

    def __init__(self, channels=10, units=128, depth=2, classes=1, dropout=0.2):
        super().__init__()
        check_size("channels", channels)
        check_size("units", units)
        check_size("depth", depth)
        check_size("classes", classes)
        check_rate("dropout", dropout)
        self.lstm = recurrent_stack(LSTM, channels, units, depth, dropout)
        self.head = nn.Linear(units, classes)

    def forward(self, series):
        return self.head(self.lstm(series))
