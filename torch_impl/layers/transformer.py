"""Transformer blocks: attention and feed-forward, each with dropout, a skip and a layer norm."""

from torch import Tensor, nn

from torch_impl.arguments import check_choice
from torch_impl.layers.attention import MultiHeadAttention

ACTIVATIONS = ("relu", "gelu", "gelu_tanh")


class EncoderBlock(nn.Module):
    """Sequence (B, L, D) -> the same shape, and its attention weights (B, N, L, L).

    Args:
        width: D.
        heads: attention heads, a divisor of D.
        units: width of the feed-forward layer.
        dropout: rate on the weights and after both halves, in [0, 1).
        activation: of the feed-forward layer: ``relu``, ``gelu`` (exact) or ``gelu_tanh``.
        norm_first: normalise before each half instead of after its skip.
        causal: attend to earlier steps only.
        epsilon: of both norms.
    """

    def __init__(self, width, heads, units, dropout, activation="relu", norm_first=False, causal=False, epsilon=1e-5):
        super().__init__()
        check_choice("activation", activation, ACTIVATIONS)
        self.norm_first = norm_first
        self.attention = MultiHeadAttention(width, heads, dropout, causal)
        self.drop1 = nn.Dropout(dropout)
        self.norm1 = nn.LayerNorm(width, eps=epsilon)
        self.expand = nn.Linear(width, units)
        self.activation = activation_layer(activation)
        self.contract = nn.Linear(units, width)
        self.drop2 = nn.Dropout(dropout)
        self.norm2 = nn.LayerNorm(width, eps=epsilon)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """``mask`` (B, L) is True where a step may be attended to."""
        if self.norm_first:
            y, weights = self.attention(self.norm1(x), visible=mask)
            x = x + self.drop1(y)
            x = x + self.drop2(self.feed_forward(self.norm2(x)))
        else:
            y, weights = self.attention(x, visible=mask)
            x = self.norm1(x + self.drop1(y))
            x = self.norm2(x + self.drop2(self.feed_forward(x)))
        return x, weights

    def feed_forward(self, x: Tensor) -> Tensor:
        return self.contract(self.activation(self.expand(x)))


class DecoderBlock(nn.Module):
    """Sequence (B, T, D) and encoded source (B, S, D) -> the shape of the sequence.

    Args:
        width: D.
        heads: attention heads, a divisor of D.
        units: width of the feed-forward layer.
        dropout: rate on the weights and after every third, in [0, 1).
        activation: of the feed-forward layer: ``relu``, ``gelu`` (exact) or ``gelu_tanh``.
        epsilon: of the norms.
    """

    def __init__(self, width, heads, units, dropout, activation="relu", epsilon=1e-5):
        super().__init__()
        check_choice("activation", activation, ACTIVATIONS)
        self.self_attention = MultiHeadAttention(width, heads, dropout, causal=True)
        self.drop1 = nn.Dropout(dropout)
        self.norm1 = nn.LayerNorm(width, eps=epsilon)
        self.cross_attention = MultiHeadAttention(width, heads, dropout)
        self.drop2 = nn.Dropout(dropout)
        self.norm2 = nn.LayerNorm(width, eps=epsilon)
        self.expand = nn.Linear(width, units)
        self.activation = activation_layer(activation)
        self.contract = nn.Linear(units, width)
        self.drop3 = nn.Dropout(dropout)
        self.norm3 = nn.LayerNorm(width, eps=epsilon)

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor | None = None) -> Tensor:
        """The sequence is attended to causally; ``mask`` (B, S) is True where the source may be attended to."""
        y, _ = self.self_attention(x)
        x = self.norm1(x + self.drop1(y))
        y, _ = self.cross_attention(x, memory, visible=mask)
        x = self.norm2(x + self.drop2(y))
        return self.norm3(x + self.drop3(self.feed_forward(x)))

    def feed_forward(self, x: Tensor) -> Tensor:
        return self.contract(self.activation(self.expand(x)))


def activation_layer(activation):
    if activation == "relu":
        return nn.ReLU()
    return nn.GELU("tanh" if activation == "gelu_tanh" else "none")
