"""Name the causes that can be read off the two models: attributes that differ, each with its rule.

These are reported even where the numbers agree. Confirming a cause by removing it is not built yet, so every cause here
has ``confirmed`` false.
"""

from __future__ import annotations

from collections.abc import Mapping

from parity.recording import Description, Layer
from parity.rules.book import RULES
from parity.verdicts import Cause

ATTRIBUTES: Mapping[tuple[str, str], str] = {
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


def static_causes(keras: Description, torch: Description) -> tuple[Cause, ...]:
    """A cause for every attribute that differs and has a rule, in the order of the Keras layers."""
    twins = torch.by_path
    return tuple(
        cause for layer in keras.layers if layer.path in twins for cause in _layer_causes(layer, twins[layer.path])
    )


def _layer_causes(keras: Layer, torch: Layer) -> list[Cause]:
    if keras.kind != torch.kind:
        return []
    found = []
    for name in sorted({*keras.attributes, *torch.attributes}):
        ours, theirs = keras.attributes.get(name), torch.attributes.get(name)
        rule = ATTRIBUTES.get((keras.kind, name))
        if rule and ours != theirs:
            fix = f"{name} is {ours!r} in keras and {theirs!r} in torch; in torch: {RULES[rule].fix_torch}"
            found.append(Cause(rule, keras.path, torch.path, False, None, None, fix))
    return found
