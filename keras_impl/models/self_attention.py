"""One head of scaled dot-product attention of a sequence on itself (Vaswani et al., 2017)."""

import math

from keras import Input, Model, layers, ops

from keras_impl.arguments import check_size


def build_self_attention(channels=512, units=64):
    """Features (B, L, channels) -> ``output`` (B, L, units) and its weights ``attention`` (B, L, L).

    ``attention`` is softmax(QK^T / sqrt(units)), ``output`` is ``attention`` V.

    Args:
        channels: features of a step.
        units: width of queries, keys and values.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("channels", channels)
    check_size("units", units)
    features = Input((None, channels), name="features")
    query = layers.Dense(units, use_bias=False, name="query")(features)
    key = layers.Dense(units, use_bias=False, name="key")(features)
    value = layers.Dense(units, use_bias=False, name="value")(features)
    logits = ops.matmul(query, ops.swapaxes(key, 1, 2)) / math.sqrt(units)  # B L L
    attention = ops.softmax(logits, axis=-1)
    output = ops.matmul(attention, value)
    return Model(features, {"output": output, "attention": attention}, name="self_attention")
