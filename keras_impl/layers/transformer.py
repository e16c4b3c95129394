"""Transformer blocks: attention and feed-forward, each with dropout, a skip and a layer norm."""

from keras import layers

from keras_impl.arguments import check_choice
from keras_impl.layers.aligned import GELU
from keras_impl.layers.attention import MultiHeadAttention

ACTIVATIONS = ("relu", "gelu", "gelu_tanh")


def encoder_block(
    x, heads, units, dropout, activation="relu", norm_first=False, causal=False, epsilon=1e-5, mask=None, *, name
):
    """Sequence (B, L, D) -> the same shape, and its attention weights (B, N, L, L).

    Args:
        x: the sequence.
        heads: attention heads, a divisor of D.
        units: width of the feed-forward layer.
        dropout: rate on the weights and after both halves, in [0, 1).
        activation: of the feed-forward layer: ``relu``, ``gelu`` (exact) or ``gelu_tanh``.
        norm_first: normalise before each half instead of after its skip.
        causal: attend to earlier steps only.
        epsilon: of both norms.
        mask: (B, L), True where a step may be attended to.
        name: path of the block.
    """
    check_choice("activation", activation, ACTIVATIONS)
    width = x.shape[-1]
    attention = MultiHeadAttention(width, heads, dropout, causal, name=f"{name}.attention")
    drop1 = layers.Dropout(dropout, name=f"{name}.drop1")
    norm1 = layers.LayerNormalization(epsilon=epsilon, name=f"{name}.norm1")  # rule: norm-epsilon
    drop2 = layers.Dropout(dropout, name=f"{name}.drop2")
    norm2 = layers.LayerNormalization(epsilon=epsilon, name=f"{name}.norm2")  # rule: norm-epsilon
    if norm_first:
        y, weights = attention(norm1(x), visible=mask)
        x = x + drop1(y)
        x = x + drop2(feed_forward(norm2(x), units, activation, name))
    else:
        y, weights = attention(x, visible=mask)
        x = norm1(x + drop1(y))
        x = norm2(x + drop2(feed_forward(x, units, activation, name)))
    return x, weights


def decoder_block(x, memory, heads, units, dropout, activation="relu", epsilon=1e-5, mask=None, *, name):
    """Sequence (B, T, D) and encoded source (B, S, D) -> the shape of the sequence.

    Args:
        x: the sequence, attended to causally.
        memory: the encoded source, attended to by every step.
        heads: attention heads, a divisor of D.
        units: width of the feed-forward layer.
        dropout: rate on the weights and after every third, in [0, 1).
        activation: of the feed-forward layer: ``relu``, ``gelu`` (exact) or ``gelu_tanh``.
        epsilon: of the norms.
        mask: (B, S), True where the source may be attended to.
        name: path of the block.
    """
    check_choice("activation", activation, ACTIVATIONS)
    width = x.shape[-1]
    y, _ = MultiHeadAttention(width, heads, dropout, causal=True, name=f"{name}.self_attention")(x)
    x = x + layers.Dropout(dropout, name=f"{name}.drop1")(y)
    x = layers.LayerNormalization(epsilon=epsilon, name=f"{name}.norm1")(x)  # rule: norm-epsilon
    y, _ = MultiHeadAttention(width, heads, dropout, name=f"{name}.cross_attention")(x, memory, visible=mask)
    x = x + layers.Dropout(dropout, name=f"{name}.drop2")(y)
    x = layers.LayerNormalization(epsilon=epsilon, name=f"{name}.norm2")(x)  # rule: norm-epsilon
    x = x + layers.Dropout(dropout, name=f"{name}.drop3")(feed_forward(x, units, activation, name))
    return layers.LayerNormalization(epsilon=epsilon, name=f"{name}.norm3")(x)  # rule: norm-epsilon


def feed_forward(x, units, activation, name):
    y = layers.Dense(units, name=f"{name}.expand")(x)
    y = activation_layer(activation, f"{name}.activation")(y)
    return layers.Dense(x.shape[-1], name=f"{name}.contract")(y)


def activation_layer(activation, name):
    if activation == "relu":
        return layers.ReLU(name=name)
    return GELU("tanh" if activation == "gelu_tanh" else "none", name=name)
