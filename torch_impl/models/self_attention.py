"""One head of scaled dot-product attention of a sequence on itself (Vaswani et al., 2017)."""

import torch
from torch import Tensor, nn

from torch_impl.arguments import check_size


class SelfAttention(nn.Module):
    """Features (B, L, channels) -> ``output`` (B, L, units) and its weights ``attention`` (B, L, L).

    ``attention`` is softmax(QK^T / sqrt(units)), ``output`` is ``attention`` V.

    Args:
        channels: features of a step.
        units: width of queries, keys and values.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, channels=512, units=64):
        super().__init__()
        check_size("channels", channels)
        check_size("units", units)
        self.units = units
        self.query = nn.Linear(channels, units, bias=False)
        self.key = nn.Linear(channels, units, bias=False)
        self.value = nn.Linear(channels, units, bias=False)

    def forward(self, features: Tensor):
        query = self.query(features)
        key = self.key(features)
        value = self.value(features)
        scale = torch.tensor(self.units, dtype=query.dtype, device=query.device).sqrt()  # rule: export-python-scalar
        logits = torch.matmul(query, key.transpose(1, 2)) / scale  # B L L
        attention = torch.softmax(logits, dim=-1)
        output = torch.matmul(attention, value)
        return {"output": output, "attention": attention}
