"""Feature tokenizer: each number of a table row becomes a vector (Gorishniy et al., 2021)."""

import torch
from torch import nn

from torch_impl.arguments import check_size


class FeatureTokenizer(nn.Module):
    """Features (B, F) -> one token per feature (B, F, D), its number times a row plus a row.

    Args:
        features: F.
        width: D.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, features, width):
        super().__init__()
        check_size("features", features)
        check_size("width", width)
        self.weight = nn.Parameter(torch.empty(features, width))
        self.bias = nn.Parameter(torch.empty(features, width))
        limit = width**-0.5
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -limit, limit)

    def forward(self, features):
        return features[:, :, None] * self.weight + self.bias
