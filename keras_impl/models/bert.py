"""BERT with a classification head (Devlin et al., 2018)."""

from keras import Input, Model, layers, ops

from keras_impl.arguments import check_rate, check_size
from keras_impl.layers.positional import LearnedPositions
from keras_impl.layers.transformer import encoder_block


def build_bert(
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
    check_size("vocabulary", vocabulary)
    check_size("segments", segments)
    check_size("classes", classes)
    check_size("width", width)
    check_size("depth", depth)
    check_size("units", units)
    check_rate("dropout", dropout)
    tokens = Input((None,), dtype="int32", name="tokens")
    segment_ids = Input((None,), dtype="int32", name="segments")
    mask = ops.not_equal(tokens, 0)
    x = layers.Embedding(vocabulary, width, name="embedding")(tokens)  # B L D
    x = x + layers.Embedding(segments, width, name="segment_embedding")(segment_ids)
    x = LearnedPositions(length, width, name="positions")(x)
    x = layers.LayerNormalization(epsilon=1e-12, name="norm")(x)  # rule: norm-epsilon
    x = layers.Dropout(dropout, name="drop")(x)
    for index in range(depth):
        block = {"activation": "gelu", "epsilon": 1e-12, "mask": mask, "name": f"blocks.{index}"}
        x, _ = encoder_block(x, heads, units, dropout, **block)
    x = layers.Dense(width, name="pooler")(x[:, 0])
    x = layers.Activation("tanh", name="tanh")(x)
    x = layers.Dropout(dropout, name="pooler_drop")(x)
    logits = layers.Dense(classes, name="head")(x)
    return Model([tokens, segment_ids], logits, name="bert")
