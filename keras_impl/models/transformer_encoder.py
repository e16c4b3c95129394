"""Transformer encoder with a classification head (Vaswani et al., 2017)."""

from keras import Input, Model, layers, ops

from keras_impl.arguments import check_rate, check_size
from keras_impl.layers.positional import SinusoidalPositions
from keras_impl.layers.transformer import encoder_block


def build_transformer_encoder(
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
    check_size("vocabulary", vocabulary)
    check_size("classes", classes)
    check_size("width", width)
    check_size("depth", depth)
    check_size("units", units)
    check_rate("dropout", dropout)
    tokens = Input((None,), dtype="int32", name="tokens")
    mask = ops.not_equal(tokens, 0)
    x = layers.Embedding(vocabulary, width, name="embedding")(tokens)  # B L D
    x = SinusoidalPositions(width, name="positions")(x)
    x = layers.Dropout(dropout, name="drop")(x)
    attention = []
    for index in range(depth):
        block = {"activation": activation, "norm_first": norm_first, "mask": mask, "name": f"blocks.{index}"}
        x, weights = encoder_block(x, heads, units, dropout, **block)
        attention.append(weights)
    if norm_first:
        x = layers.LayerNormalization(epsilon=1e-5, name="norm")(x)  # rule: norm-epsilon
    real = ops.expand_dims(ops.cast(mask, x.dtype), -1)
    x = ops.sum(x * real, axis=1) / ops.sum(real, axis=1)
    logits = layers.Dense(classes, name="head")(x)
    outputs = {"logits": logits, "attention": ops.stack(attention, axis=1)} if attention_weights else logits
    return Model(tokens, outputs, name="transformer_encoder")
