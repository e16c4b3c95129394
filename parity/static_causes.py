"""Causes that can be read off the two models: attributes that differ, each with its rule.

They are reported even where the numbers agree; ``parity.diagnosis`` confirms those that the numbers show.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from parity.fixes import fix_of
from parity.pair import Pair
from parity.recording import Layer
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


# Attributes that change what the layer computes; how a padding is written does not, its numbers are judged.
MEANING = frozenset({"epsilon", "momentum", "slope", "approximate", "reset_after", "scale", "center"})


def static_causes(layers: Iterable[tuple[Layer, Layer]], only: Collection[str] | None = None) -> tuple[Cause, ...]:
    """A cause for every attribute of matched layers that differs and has a rule, in their order.

    Args:
        layers: (Keras layer, Torch layer).
        only: attributes to look at; None for all.
    """
    return tuple(cause for keras, torch in layers for cause in _layer_causes(keras, torch, only))


def _layer_causes(keras: Layer, torch: Layer, only: Collection[str] | None) -> list[Cause]:
    if keras.kind != torch.kind:
        return []
    found = []
    for name in sorted({*keras.attributes, *torch.attributes}):
        ours, theirs = keras.attributes.get(name), torch.attributes.get(name)
        rule = ATTRIBUTES.get((keras.kind, name))
        if rule and ours != theirs and (only is None or name in only):
            stated = f"{name} is {ours!r} in keras and {theirs!r} in torch"
            found.append(
                Cause(rule, keras.path, torch.path, False, None, None, f"{stated}; {fix_of(rule, keras, torch)}")
            )
    return found


def unplaced_causes(pair: Pair) -> tuple[Cause, ...]:
    """Matched layers whose tensors have other shapes, and layers with tensors that the other side lacks."""
    wide = [(ours, theirs) for ours, theirs in pair.twins if theirs.path in _layers(pair.unfitting)]
    found = [
        Cause("layer-width", ours.path, theirs.path, False, None, None, fix_of("layer-width", ours, theirs))
        for ours, theirs in wide
    ]
    for path in sorted(pair.alone[0]):
        found.append(_missing(path, "", f"in torch: add what {path or 'the model'} has; or in keras: remove it."))
    for path in sorted(pair.alone[1]):
        found.append(_missing("", path, f"in torch: remove {path or 'it'}; or in keras: add it."))
    return tuple(found)


def _missing(keras: str, torch: str, fix: str) -> Cause:
    return Cause("layer-missing", keras, torch, False, None, None, fix)


def _layers(tensors: Iterable[str]) -> set[str]:
    return {path.rpartition("/")[0] for path in tensors}
