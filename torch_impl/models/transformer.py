"""Encoder-decoder transformer for translation (Vaswani et al., 2017)."""

import math

from torch import Tensor, nn

from torch_impl.arguments import check_rate, check_size
from torch_impl.layers.aligned import ReversibleEmbedding
from torch_impl.layers.positional import SinusoidalPositions
from torch_impl.layers.transformer import DecoderBlock, EncoderBlock


class Transformer(nn.Module):
    """Source (B, S) and target (B, T) tokens, 0 = padding -> logits (B, T, vocabulary) of the next target token.

    A target step sees itself, earlier ones and the whole source without its padding. The defaults are the paper's
    base model.

    Args:
        vocabulary: number of token ids, padding included, of both languages together.
        width: features of a token.
        heads: attention heads, a divisor of ``width``.
        depth: number of encoder blocks, and of decoder blocks.
        units: width of the feed-forward layers.
        dropout: rate on the embeddings, the attention weights and every part of a block, in [0, 1).
        activation: of the feed-forward layers: ``relu``, ``gelu`` (exact) or ``gelu_tanh``.
        tied: source, target and logits share one embedding's weights, as in the paper; otherwise each has its own.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(
        self, vocabulary=37_000, width=512, heads=8, depth=6, units=2048, dropout=0.1, activation="relu", tied=True
    ):
        super().__init__()
        check_size("vocabulary", vocabulary)
        check_size("width", width)
        check_size("depth", depth)
        check_size("units", units)
        check_rate("dropout", dropout)
        block = (width, heads, units, dropout, activation)
        self.embedding = ReversibleEmbedding(vocabulary, width) if tied else None
        self.source_embedding = None if tied else nn.Embedding(vocabulary, width)
        self.target_embedding = None if tied else nn.Embedding(vocabulary, width)

        self.source_positions = SinusoidalPositions(width, math.sqrt(width))
        self.source_drop = nn.Dropout(dropout)
        self.encoder = nn.ModuleList(EncoderBlock(*block) for _ in range(depth))

        self.target_positions = SinusoidalPositions(width, math.sqrt(width))
        self.target_drop = nn.Dropout(dropout)
        self.decoder = nn.ModuleList(DecoderBlock(*block) for _ in range(depth))

        self.head = None if tied else nn.Linear(width, vocabulary)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        memory = self.encode(source)
        x = self.embed_target(target)  # B T D
        x = self.target_positions(x)
        x = self.target_drop(x)
        mask = source != 0
        for block in self.decoder:
            x = block(x, memory, mask)
        return self.logits(x)

    def encode(self, source: Tensor) -> Tensor:
        """Source (B, S) -> memory (B, S, D)."""
        mask = source != 0
        x = self.embedding(source) if self.embedding is not None else self.source_embedding(source)
        x = self.source_positions(x)
        x = self.source_drop(x)
        for block in self.encoder:
            x, _ = block(x, mask)
        return x

    def embed_target(self, target: Tensor) -> Tensor:
        return self.embedding(target) if self.embedding is not None else self.target_embedding(target)

    def logits(self, x: Tensor) -> Tensor:
        return self.embedding(x, reverse=True) if self.embedding is not None else self.head(x)
