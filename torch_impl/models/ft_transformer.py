"""FT-Transformer: the numbers of a table row as tokens (Gorishniy et al., 2021)."""

from torch import nn

from torch_impl.arguments import check_divides, check_rate, check_size
from torch_impl.layers.attention import MultiHeadAttention
from torch_impl.layers.class_token import ClassToken
from torch_impl.layers.feature_tokenizer import FeatureTokenizer


class FTTransformer(nn.Module):
    """Features (B, features) -> logits (B, classes), read at the class token.

    Args:
        features: numbers of a row.
        width: width of a token.
        heads: attention heads, a divisor of ``width``.
        units: width of the feed-forward layers.
        depth: number of blocks.
        classes: width of the head.
        dropout: rate on the attention weights and inside the feed-forward layers, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, features=20, width=192, heads=8, units=256, depth=3, classes=2, dropout=0.1):
        super().__init__()
        check_size("features", features)
        check_size("width", width)
        check_size("heads", heads)
        check_divides("heads", heads, "width", width)
        check_size("units", units)
        check_size("depth", depth)
        check_size("classes", classes)
        check_rate("dropout", dropout)
        self.tokenizer = FeatureTokenizer(features, width)
        self.class_token = ClassToken(width)
        self.blocks = nn.Sequential(*(FTBlock(width, heads, units, dropout, index > 0) for index in range(depth)))
        self.norm = nn.LayerNorm(width)
        self.relu = nn.ReLU()
        self.head = nn.Linear(width, classes)

    def forward(self, features):
        x = self.blocks(self.class_token(self.tokenizer(features)))
        return self.head(self.relu(self.norm(x[:, 0])))


class FTBlock(nn.Module):
    """Tokens (B, L, D) -> same shape: norm -> attention, norm -> ReGLU, each with a skip."""

    def __init__(self, width, heads, units, dropout, normalise):
        super().__init__()
        self.norm1 = nn.LayerNorm(width) if normalise else None  # the first block takes its tokens as they are
        self.attention = MultiHeadAttention(width, heads, dropout)
        self.norm2 = nn.LayerNorm(width)
        self.gate = nn.Linear(width, units)
        self.relu = nn.ReLU()
        self.expand = nn.Linear(width, units)
        self.drop = nn.Dropout(dropout)
        self.contract = nn.Linear(units, width)

    def forward(self, x):
        y = x if self.norm1 is None else self.norm1(x)
        x = x + self.attention(y)[0]
        y = self.norm2(x)
        y = self.relu(self.gate(y)) * self.expand(y)
        return x + self.contract(self.drop(y))
