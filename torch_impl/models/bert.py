"""BERT with a classification head (Devlin et al., 2018)."""

from torch import Tensor, nn

from torch_impl.arguments import check_rate, check_size
from torch_impl.layers.positional import LearnedPositions
from torch_impl.layers.transformer import EncoderBlock


class BERT(nn.Module):
    """Tokens (B, L), 0 = padding, and segment ids (B, L) -> logits (B, classes), read from the first token.

    The defaults are BERT-base. Padded steps are attended to by nobody.

    Args:
        vocabulary: number of token ids, padding included.
        length: longest sequence.
        segments: number of segment ids.
        classes: width of the head.
        width: features of a token.
        heads: attention heads, a divisor of ``width``.
        depth: number of blocks.
        units: width of the feed-forward layers.
        dropout: rate on the embeddings, the attention weights, both halves of a block and before the head, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(
        self,
        vocabulary=30_522,
        length=512,
        segments=2,
        classes=2,
        width=768,
        heads=12,
        depth=12,
        units=3072,
        dropout=0.1,
    ):
        super().__init__()
        check_size("vocabulary", vocabulary)
        check_size("segments", segments)
        check_size("classes", classes)
        check_size("width", width)
        check_size("depth", depth)
        check_size("units", units)
        check_rate("dropout", dropout)
        block = {"activation": "gelu", "epsilon": 1e-12}
        self.embedding = nn.Embedding(vocabulary, width)
        self.segment_embedding = nn.Embedding(segments, width)
        self.positions = LearnedPositions(length, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.drop = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(EncoderBlock(width, heads, units, dropout, **block) for _ in range(depth))
        self.pooler = nn.Linear(width, width)
        self.tanh = nn.Tanh()
        self.pooler_drop = nn.Dropout(dropout)
        self.head = nn.Linear(width, classes)

    def forward(self, tokens: Tensor, segments: Tensor) -> Tensor:
        mask = tokens != 0
        x = self.embedding(tokens)  # B L D
        x = x + self.segment_embedding(segments)
        x = self.positions(x)
        x = self.norm(x)
        x = self.drop(x)
        for block in self.blocks:
            x, _ = block(x, mask)
        x = self.pooler(x[:, 0])
        x = self.tanh(x)
        x = self.pooler_drop(x)
        return self.head(x)
