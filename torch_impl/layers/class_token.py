"""A learned token in front of a sequence, whose last state stands for the whole (Devlin et al., 2018)."""

import torch
from torch import Tensor, nn


class ClassToken(nn.Module):
    """Sequence (B, L, width) -> (B, 1 + L, width), the same learned token in front of every sample."""

    def __init__(self, width):
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 1, width))

    def forward(self, x: Tensor) -> Tensor:
        token = self.token.expand(x.size(0), 1, x.size(2))
        return torch.cat([token, x], dim=1)
