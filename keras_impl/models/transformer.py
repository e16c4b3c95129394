"""Encoder-decoder transformer for translation (Vaswani et al., 2017)."""

import math

from keras import Input, Model, layers, ops

from keras_impl.arguments import check_rate, check_size
from keras_impl.layers.positional import SinusoidalPositions
from keras_impl.layers.transformer import decoder_block, encoder_block


def build_transformer(
    vocabulary=37_000, width=512, heads=8, depth=6, units=2048, dropout=0.1, activation="relu", tied=True
):
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
    check_size("vocabulary", vocabulary)
    check_size("width", width)
    check_size("depth", depth)
    check_size("units", units)
    check_rate("dropout", dropout)
    source = Input((None,), dtype="int32", name="source")
    target = Input((None,), dtype="int32", name="target")
    if tied:
        embed_source = embed_target = layers.ReversibleEmbedding(vocabulary, width, name="embedding")
    else:
        embed_source = layers.Embedding(vocabulary, width, name="source_embedding")
        embed_target = layers.Embedding(vocabulary, width, name="target_embedding")

    mask = ops.not_equal(source, 0)
    x = embed_source(source)  # B S D
    x = SinusoidalPositions(width, math.sqrt(width), name="source_positions")(x)
    x = layers.Dropout(dropout, name="source_drop")(x)
    for index in range(depth):
        x, _ = encoder_block(x, heads, units, dropout, activation, mask=mask, name=f"encoder.{index}")
    memory = x

    x = embed_target(target)  # B T D
    x = SinusoidalPositions(width, math.sqrt(width), name="target_positions")(x)
    x = layers.Dropout(dropout, name="target_drop")(x)
    for index in range(depth):
        x = decoder_block(x, memory, heads, units, dropout, activation, mask=mask, name=f"decoder.{index}")

    logits = embed_target(x, reverse=True) if tied else layers.Dense(vocabulary, name="head")(x)
    return Model([source, target], logits, name="transformer")
