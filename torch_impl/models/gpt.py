"""GPT-2: a decoder-only transformer that predicts the next token (Radford et al., 2019)."""

from torch import Tensor, nn

from torch_impl.arguments import check_rate, check_size
from torch_impl.layers.aligned import ReversibleEmbedding
from torch_impl.layers.positional import LearnedPositions
from torch_impl.layers.transformer import EncoderBlock


class GPT(nn.Module):
    """Tokens (B, L) -> logits (B, L, vocabulary) of the next token; a step sees itself and earlier ones only.

    The defaults are GPT-2 with 124 million parameters.

    Args:
        vocabulary: number of token ids.
        length: longest sequence.
        width: features of a token.
        heads: attention heads, a divisor of ``width``.
        depth: number of blocks.
        units: width of the feed-forward layers.
        dropout: rate on the embeddings, the attention weights and both halves of a block, in [0, 1).
        tied: the embedding's weights, transposed, give the logits; otherwise a head of its own does.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(
        self, vocabulary=50_257, length=1024, width=768, heads=12, depth=12, units=3072, dropout=0.1, tied=True
    ):
        super().__init__()
        check_size("vocabulary", vocabulary)
        check_size("width", width)
        check_size("depth", depth)
        check_size("units", units)
        check_rate("dropout", dropout)
        block = {"activation": "gelu_tanh", "norm_first": True, "causal": True}
        self.embedding = (ReversibleEmbedding if tied else nn.Embedding)(vocabulary, width)
        self.positions = LearnedPositions(length, width)
        self.drop = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(EncoderBlock(width, heads, units, dropout, **block) for _ in range(depth))
        self.norm = nn.LayerNorm(width, eps=1e-5)
        self.head = None if tied else nn.Linear(width, vocabulary, bias=False)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.embedding(tokens)  # B L D
        x = self.positions(x)
        x = self.drop(x)
        for block in self.blocks:
            x, _ = block(x)
        x = self.norm(x)
        if self.head is None:
            return self.embedding(x, reverse=True)
        return self.head(x)
