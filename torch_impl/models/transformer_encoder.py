"""Transformer encoder with a classification head (Vaswani et al., 2017)."""

from typing import Final

import torch
from torch import Tensor, nn

from torch_impl.arguments import check_rate, check_size
from torch_impl.layers.positional import SinusoidalPositions
from torch_impl.layers.transformer import EncoderBlock


class TransformerEncoder(nn.Module):
    """Tokens (B, L), 0 = padding -> logits (B, classes).

    Padded steps are attended to by nobody and left out of the mean before the head.

    Args:
        vocabulary: number of token ids, padding included.
        classes: width of the head.
        width: features of a token.
        heads: attention heads, a divisor of ``width``.
        depth: number of blocks.
        units: width of the feed-forward layers.
        dropout: rate on the embeddings, the attention weights and both halves of a block, in [0, 1).
        activation: of the feed-forward layers: ``relu``, ``gelu`` (exact) or ``gelu_tanh``.
        norm_first: normalise before each half of a block instead of after its skip.
        attention_weights: also give the weights of every block: the output becomes a dict of
            ``logits`` and ``attention`` (B, depth, heads, L, L).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    attention_weights: Final[bool]

    def __init__(
        self,
        vocabulary=10_000,
        classes=2,
        width=512,
        heads=8,
        depth=6,
        units=2048,
        dropout=0.1,
        activation="relu",
        norm_first=False,
        attention_weights=False,
    ):
        super().__init__()
        check_size("vocabulary", vocabulary)
        check_size("classes", classes)
        check_size("width", width)
        check_size("depth", depth)
        check_size("units", units)
        check_rate("dropout", dropout)
        self.attention_weights = attention_weights
        self.embedding = nn.Embedding(vocabulary, width)
        self.positions = SinusoidalPositions(width)
        self.drop = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(
            EncoderBlock(width, heads, units, dropout, activation, norm_first) for _ in range(depth)
        )
        self.norm = nn.LayerNorm(width, eps=1e-5) if norm_first else None
        self.head = nn.Linear(width, classes)

    def forward(self, tokens: Tensor):
        mask = tokens != 0
        x = self.embedding(tokens)  # B L D
        x = self.positions(x)
        x = self.drop(x)
        attention: list[Tensor] = []
        for block in self.blocks:
            x, weights = block(x, mask)
            attention.append(weights)
        if self.norm is not None:
            x = self.norm(x)
        real = mask.to(x.dtype).unsqueeze(-1)
        x = (x * real).sum(dim=1) / real.sum(dim=1)
        logits = self.head(x)
        if self.attention_weights:
            return {"logits": logits, "attention": torch.stack(attention, dim=1)}
        return logits
