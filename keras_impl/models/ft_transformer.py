"""FT-Transformer: the numbers of a table row as tokens (Gorishniy et al., 2021)."""

from keras import Input, Model, layers

from keras_impl.arguments import check_divides, check_rate, check_size
from keras_impl.layers.attention import MultiHeadAttention
from keras_impl.layers.class_token import ClassToken
from keras_impl.layers.feature_tokenizer import FeatureTokenizer


def build_ft_transformer(features=20, width=192, heads=8, units=256, depth=3, classes=2, dropout=0.1):
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
    check_size("features", features)
    check_size("width", width)
    check_size("heads", heads)
    check_divides("heads", heads, "width", width)
    check_size("units", units)
    check_size("depth", depth)
    check_size("classes", classes)
    check_rate("dropout", dropout)
    row = Input((features,), name="features")
    x = FeatureTokenizer(features, width, name="tokenizer")(row)
    x = ClassToken(name="class_token")(x)
    for index in range(depth):
        x = ft_block(x, heads, units, dropout, index > 0, f"blocks.{index}")
    x = layers.LayerNormalization(epsilon=1e-5, name="norm")(x[:, 0])  # rule: norm-epsilon
    x = layers.ReLU(name="relu")(x)
    logits = layers.Dense(classes, name="head")(x)
    return Model(row, logits, name="ft_transformer")


def ft_block(x, heads, units, dropout, normalise, name):
    """Tokens (B, L, D) -> same shape: norm -> attention, norm -> ReGLU, each with a skip."""
    width = x.shape[-1]
    y = x
    if normalise:  # the first block takes its tokens as they are
        y = layers.LayerNormalization(epsilon=1e-5, name=f"{name}.norm1")(x)  # rule: norm-epsilon
    x = x + MultiHeadAttention(width, heads, dropout, name=f"{name}.attention")(y)[0]
    y = layers.LayerNormalization(epsilon=1e-5, name=f"{name}.norm2")(x)  # rule: norm-epsilon
    gate = layers.ReLU(name=f"{name}.relu")(layers.Dense(units, name=f"{name}.gate")(y))
    y = gate * layers.Dense(units, name=f"{name}.expand")(y)
    y = layers.Dropout(dropout, name=f"{name}.drop")(y)
    return x + layers.Dense(width, name=f"{name}.contract")(y)
