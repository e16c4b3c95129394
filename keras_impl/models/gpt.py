"""GPT-2: a decoder-only transformer that predicts the next token (Radford et al., 2019)."""

from keras import Input, Model, layers

from keras_impl.arguments import check_rate, check_size
from keras_impl.layers.positional import LearnedPositions
from keras_impl.layers.transformer import encoder_block


def build_gpt(vocabulary=50_257, length=1024, width=768, heads=12, depth=12, units=3072, dropout=0.1, tied=True):
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
    check_size("vocabulary", vocabulary)
    check_size("width", width)
    check_size("depth", depth)
    check_size("units", units)
    check_rate("dropout", dropout)
    tokens = Input((None,), dtype="int32", name="tokens")
    embedding = (layers.ReversibleEmbedding if tied else layers.Embedding)(vocabulary, width, name="embedding")
    x = embedding(tokens)  # B L D
    x = LearnedPositions(length, width, name="positions")(x)
    x = layers.Dropout(dropout, name="drop")(x)
    for index in range(depth):
        block = {"activation": "gelu_tanh", "norm_first": True, "causal": True, "name": f"blocks.{index}"}
        x, _ = encoder_block(x, heads, units, dropout, **block)
    x = layers.LayerNormalization(epsilon=1e-5, name="norm")(x)  # rule: norm-epsilon
    logits = embedding(x, reverse=True) if tied else layers.Dense(vocabulary, use_bias=False, name="head")(x)
    return Model(tokens, logits, name="gpt")
