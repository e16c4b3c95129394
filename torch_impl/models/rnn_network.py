"""Vanilla recurrent network (Elman, 1990), read at the last step."""

from torch import nn

from torch_impl.arguments import check_size
from torch_impl.layers.recurrent import RNN


class RNNNetwork(nn.Module):
    """Series (B, L, channels) -> output (B, classes).

    Args:
        channels: features of each step.
        units: width of the recurrent layer.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, channels=10, units=64, classes=1):
        super().__init__()
        check_size("channels", channels)
        check_size("units", units)
        check_size("classes", classes)
        self.rnn = RNN(channels, units, sequences=False)
        self.head = nn.Linear(units, classes)

    def forward(self, series):
        return self.head(self.rnn(series))
