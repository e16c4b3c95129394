"""Positions added to a sequence: fixed sinusoids (Vaswani et al., 2017) or a learned table."""

import torch
from torch import Tensor, nn

from torch_impl.arguments import check_size


class SinusoidalPositions(nn.Module):
    """Sequence (B, L, width) -> the same shape, plus sin and cos of the position in alternate features.

    Features 2i and 2i + 1 turn by ``10000 ** (-2i / width)`` per step. Any length; nothing is learned.

    Args:
        width: width of the sequence.
        scale: factor of the sequence; the paper has ``sqrt(width)``.
    """

    def __init__(self, width, scale=1.0):
        super().__init__()
        check_size("width", width)
        self.width = width
        self.scale = scale
        rates = [10000.0 ** (-index / width) for index in range(0, width, 2)]
        self.rates = torch.tensor(rates, dtype=torch.float64)  # no buffer: ``.float()`` must not round it

    def forward(self, x: Tensor, start: int = 0) -> Tensor:
        """``start`` is the position of the first step."""
        length = x.size(1)
        positions = (torch.arange(length, device=x.device) + start).to(x.dtype)
        angles = positions.unsqueeze(1) * self.rates.to(x)  # L D/2
        waves = torch.stack([torch.sin(angles), torch.cos(angles)], dim=-1)
        return self.scale * x + waves.reshape(length, -1)[:, : self.width]


class LearnedPositions(nn.Module):
    """Sequence (B, L, width) -> the same shape, plus one learned row per position.

    Args:
        length: positions in the table, the longest sequence.
        width: width of the sequence.
    """

    def __init__(self, length, width):
        super().__init__()
        check_size("length", length)
        check_size("width", width)
        self.table = nn.Embedding(length, width)

    def forward(self, x: Tensor, start: int = 0) -> Tensor:
        """``start`` is the position of the first step."""
        return x + self.table(torch.arange(x.size(1), device=x.device) + start)
