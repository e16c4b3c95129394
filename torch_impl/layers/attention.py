"""Multi-head attention with separate projections and its weights in the open (Vaswani et al., 2017)."""

import torch
from torch import Tensor, nn

from torch_impl.arguments import check_divides, check_rate, check_size


class MultiHeadAttention(nn.Module):
    """Queries (B, T, D), source (B, S, D) -> output (B, T, D) and weights (B, N, T, S).

    Each head computes softmax(QK^T / sqrt(d))V; the weights are those before dropout.

    Args:
        width: D, shared by all heads.
        heads: number of heads, a divisor of ``width``.
        dropout: rate on the weights, in [0, 1).
        causal: a query attends to sources up to its own position only; the last query stands at the last source.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, width, heads, dropout=0.0, causal=False):
        super().__init__()
        check_size("width", width)
        check_size("heads", heads)
        check_divides("heads", heads, "width", width)
        check_rate("dropout", dropout)
        self.width = width
        self.heads = heads
        self.causal = causal
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.drop = nn.Dropout(dropout)
        self.output = nn.Linear(width, width)

    def forward(
        self, query: Tensor, source: Tensor | None = None, visible: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """``source`` defaults to ``query``; ``visible`` (B, S) is True where a source may be attended to."""
        key, value = self.project(query if source is None else source)
        return self.attend(query, key, value, visible)

    def project(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """Source (B, S, D) -> keys and values, each (B, N, S, d): what a decoder keeps between steps."""
        return self.split(self.key(source)), self.split(self.value(source))

    def attend(self, query: Tensor, key: Tensor, value: Tensor, visible: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Queries (B, T, D) on projected keys and values -> output and weights."""
        query = self.split(self.query(query))
        scale = torch.tensor(
            self.width // self.heads, dtype=query.dtype, device=query.device
        ).sqrt()  # rule: export-python-scalar
        logits = torch.matmul(query, key.transpose(-1, -2)) / scale  # B N T S
        if self.causal:
            queries, sources = logits.size(2), logits.size(3)
            rows = torch.arange(queries, device=logits.device) + (sources - queries)
            allowed = rows.unsqueeze(1) >= torch.arange(sources, device=logits.device)
            logits = logits.masked_fill(~allowed, -3e4)  # finite in every float type, its weight is exactly zero
        if visible is not None:
            logits = logits.masked_fill(~visible[:, None, None, :], -3e4)
        weights = torch.softmax(logits, dim=-1)
        x = torch.matmul(self.drop(weights), value).transpose(1, 2)  # B T N d
        x = x.reshape(x.size(0), x.size(1), self.width)
        return self.output(x), weights

    def split(self, x: Tensor) -> Tensor:
        """(B, L, D) -> (B, N, L, d)."""
        x = x.reshape(x.size(0), x.size(1), self.heads, self.width // self.heads)
        return x.transpose(1, 2)
