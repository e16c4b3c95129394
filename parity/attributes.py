"""Attributes of layers that both sides state in the same words, and the rule of each that may differ."""

from __future__ import annotations

from collections.abc import Mapping

# (kind, attribute) -> rule
ATTRIBUTE_RULES: Mapping[tuple[str, str], str] = {
    ("average_pool", "padding"): "average-pool-padding",
    ("batch_norm", "center"): "norm-affine-missing",
    ("batch_norm", "epsilon"): "norm-epsilon",
    ("batch_norm", "momentum"): "norm-momentum",
    ("batch_norm", "scale"): "norm-affine-missing",
    ("conv2d", "padding"): "same-padding-stride",
    ("conv2d", "stride"): "stride-other-conv",
    ("depthwise_conv2d", "padding"): "same-padding-stride",
    ("embedding", "padding_token"): "embedding-padding-row",
    ("flatten", "order"): "flatten-order",
    ("gelu", "approximate"): "gelu-form",
    ("group_norm", "epsilon"): "norm-epsilon",
    ("gru", "reset_after"): "gru-reset-before",
    ("layer_norm", "center"): "norm-affine-missing",
    ("layer_norm", "epsilon"): "norm-epsilon",
    ("layer_norm", "scale"): "norm-affine-missing",
    ("leaky_relu", "slope"): "leaky-slope",
    ("max_pool", "ceil"): "pool-ceil-mode",
    ("max_pool", "padding"): "pool-padding",
    ("rms_norm", "epsilon"): "norm-rms-epsilon",
}

# Attributes that change what the layer computes; how a padding is written does not, its numbers are judged.
MEANING = frozenset({"epsilon", "momentum", "slope", "approximate", "reset_after", "scale", "center"})
