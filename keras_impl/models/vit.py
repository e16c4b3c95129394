"""Vision transformer: the patches of an image are the tokens (Dosovitskiy et al., 2020)."""

from keras import Input, Model, layers, ops

from keras_impl.arguments import check_divides, check_rate, check_size
from keras_impl.layers.class_token import ClassToken
from keras_impl.layers.positional import LearnedPositions
from keras_impl.layers.transformer import encoder_block


def build_vit(size=224, patch=16, channels=3, classes=1000, width=768, heads=12, depth=12, units=3072, dropout=0.0):
    """Image (B, size, size, channels) -> logits (B, classes), read from the class token.

    The defaults are ViT-B/16.

    Args:
        size: height and width of the image.
        patch: height and width of a patch, a divisor of ``size``.
        channels: channels of the image.
        classes: width of the head.
        width: features of a token.
        heads: attention heads, a divisor of ``width``.
        depth: number of blocks.
        units: width of the feed-forward layers.
        dropout: rate on the tokens, the attention weights and both halves of a block, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("size", size)
    check_size("patch", patch)
    check_divides("patch", patch, "size", size)
    check_size("channels", channels)
    check_size("classes", classes)
    check_size("width", width)
    check_size("depth", depth)
    check_size("units", units)
    check_rate("dropout", dropout)
    patches = (size // patch) ** 2
    image = Input((size, size, channels), name="image")
    x = layers.Conv2D(width, patch, strides=patch, name="patches")(image)
    x = ops.reshape(x, (-1, patches, width))  # B L D, row by row
    x = ClassToken(name="class_token")(x)
    x = LearnedPositions(patches + 1, width, name="positions")(x)
    x = layers.Dropout(dropout, name="drop")(x)
    for index in range(depth):
        block = {"activation": "gelu", "norm_first": True, "epsilon": 1e-6, "name": f"blocks.{index}"}
        x, _ = encoder_block(x, heads, units, dropout, **block)
    x = layers.LayerNormalization(epsilon=1e-6, name="norm")(x)  # rule: norm-epsilon
    logits = layers.Dense(classes, name="head")(x[:, 0])
    return Model(image, logits, name="vit")
