"""GRU network (Cho et al., 2014), read at the last step."""

from torch import nn

from torch_impl.arguments import check_rate, check_size
from torch_impl.layers.recurrent import GRU, ResetBeforeGRU, recurrent_stack


class GRUNetwork(nn.Module):
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

    def __init__(self, channels=10, units=128, depth=2, classes=1, dropout=0.2, reset_after=True):
        super().__init__()
        check_size("channels", channels)
        check_size("units", units)
        check_size("depth", depth)
        check_size("classes", classes)
        check_rate("dropout", dropout)
        gru = GRU if reset_after else ResetBeforeGRU
        self.gru = recurrent_stack(gru, channels, units, depth, dropout)
        self.head = nn.Linear(units, classes)

    def forward(self, series):
        return self.head(self.gru(series))
