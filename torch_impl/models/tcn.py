"""Temporal convolutional network: causal convolutions, dilated twice as far in each block (Bai et al., 2018)."""

from torch import nn
from torch.nn import functional as F

from torch_impl.arguments import check_rate, check_size, check_sizes


class TCN(nn.Module):
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

    def __init__(self, channels=1, widths=(32, 32, 32, 32), kernel=3, classes=1, dropout=0.2):
        super().__init__()
        check_size("channels", channels)
        check_sizes("widths", widths)
        check_size("kernel", kernel)
        check_size("classes", classes)
        check_rate("dropout", dropout)
        blocks = []
        for index, width in enumerate(widths):
            blocks.append(TCNBlock(channels, width, kernel, 2**index, dropout))
            channels = width
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(channels, classes)

    def forward(self, series):
        x = self.blocks(series.transpose(1, 2))  # B C L
        return self.head(x[:, :, -1])


class TCNBlock(nn.Module):
    """Series (B, C, L) -> (B, width, L); step t sees only steps <= t."""

    def __init__(self, channels, width, kernel, dilation, dropout):
        super().__init__()
        self.history = (kernel - 1) * dilation
        self.skip = nn.Conv1d(channels, width, 1) if channels != width else None
        self.conv1 = nn.Conv1d(channels, width, kernel, dilation=dilation)
        self.relu1 = nn.ReLU()
        self.drop1 = nn.Dropout1d(dropout)
        self.conv2 = nn.Conv1d(width, width, kernel, dilation=dilation)
        self.relu2 = nn.ReLU()
        self.drop2 = nn.Dropout1d(dropout)
        self.relu = nn.ReLU()

    def forward(self, x):
        skip = x if self.skip is None else self.skip(x)
        x = self.drop1(self.relu1(self.conv1(F.pad(x, (self.history, 0)))))
        x = self.drop2(self.relu2(self.conv2(F.pad(x, (self.history, 0)))))
        return self.relu(x + skip)
