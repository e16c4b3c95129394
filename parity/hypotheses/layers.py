"""What a layer was built with and what it stores: attributes, float type, tensors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from parity.attributes import ATTRIBUTE_RULES
from parity.hypotheses.suspect import Suspect
from parity.layouts import TensorWise, layout_of
from parity.loaded import NEVER, Weights, loaded_rule, neutral
from parity.matching import RECURRENT
from parity.recording import Trial

TORCH_NAMES: Mapping[str, str] = {
    "epsilon": "eps",
    "groups": "num_groups",
    "slope": "negative_slope",
    "ceil": "ceil_mode",
}
"""Attributes that can be set on a Torch module, or given to a function, and their names there."""
RULES: Mapping[tuple[str, str], str] = {
    **ATTRIBUTE_RULES,  # and two that are named only where the numbers show them
    ("group_norm", "groups"): "norm-axis",
    ("average_pool", "ceil"): "pool-ceil-mode",
}


def float_type(suspect: Suspect) -> Iterator[Trial]:
    """A layer with a float type of its own."""
    if suspect.weights:
        yield Trial("dtype-policy", "full precision")
    dtype = suspect.keras.attributes.get("compute_dtype")
    if dtype is not None:
        yield Trial("dtype-policy", "cast", {"dtype": dtype})


def attributes(suspect: Suspect) -> Iterator[Trial]:
    """Attributes that differ, each set to the number that Keras has."""
    keras, torch = suspect.keras, suspect.torch
    if keras.kind != torch.kind:
        return
    for name, value in keras.attributes.items():
        rule = RULES.get((keras.kind, name))
        if rule and name in TORCH_NAMES and torch.attributes.get(name, value) != value:
            yield from _set(rule, name, value)


def _set(rule: str, name: str, value: float) -> Iterator[Trial]:
    yield Trial(rule, "set", {TORCH_NAMES[name]: value})
    if name == "epsilon":  # in the words of modules from model libraries
        yield Trial(rule, "set", {"variance_epsilon": value})
        yield Trial(rule, "set", {"epsilon": value})


def loaded_weights(suspect: Suspect) -> Iterator[Trial]:
    """The tensors of the one are those of the other in a wrong order, or something else."""
    loaded, kind = suspect.loaded, suspect.keras.kind
    if loaded is None:
        return
    yield Trial(loaded_rule(kind, suspect.weights, loaded), "weights", dict(loaded.right))
    more = neutral(loaded.found, loaded.right)
    whole = replace(loaded, right={**loaded.right, **more})
    if more and (rule := loaded_rule(kind, suspect.weights, whole)) != NEVER:
        yield Trial(rule, "weights", dict(whole.right))


def other_axis_of_sequence(suspect: Suspect) -> Iterator[Trial]:
    """A layer along the steps of a sequence, or through its features, of which there are as many."""
    if suspect.keras.kind != suspect.torch.kind or not suspect.weights:
        return
    if suspect.keras.kind == "dense":
        yield Trial("dense-last-axis", "on exchanged axes")
    if suspect.keras.kind in RECURRENT:
        yield Trial("permute-axes", "on exchanged axes")


def tied(suspect: Suspect) -> Iterator[Trial]:
    """A layer that one side calls again, where the other has one of its own for every call."""
    keras, torch, layout = suspect.keras, suspect.torch, layout_of(suspect.keras.kind)
    again = not suspect.weights and torch.layer is not None and keras.kind == torch.kind
    if again and suspect.stored and isinstance(layout, TensorWise):
        yield Trial("tied-weights", "weights", layout.to_torch(dict(suspect.stored), {}))


def packed_bias(parts: Sequence[Weights]) -> Iterator[Trial]:
    """A bias that only one side has, where one layer of PyTorch holds several of Keras.

    Args:
        parts: weights of those of Keras, in their order.
    """
    shift = packed_shift(parts)
    if shift is not None:
        yield Trial("bias-missing", "affine", {"shift": shift})
    if parts and not any("bias" in part for part in parts):
        yield Trial("bias-missing", "set", {"bias": None})


def packed_shift(parts: Sequence[Weights]) -> NDArray | None:
    """The biases of several layers in one."""
    biases = [part["bias"].reshape(-1) for part in parts if "bias" in part]
    return np.concatenate(biases) if biases and len(biases) == len(parts) else None


def bias(suspect: Suspect) -> Iterator[Trial]:
    """A bias that only one side has."""
    if suspect.projections:
        inner = packed_shift(suspect.projections)
        yield Trial("bias-missing", "attention biases", {"inner": inner, "outer": suspect.weights.get("bias")})
    ours, theirs, kind = suspect.weights, suspect.torch_weights or {}, suspect.keras.kind
    if "bias" in ours and "bias" not in theirs and not kind.endswith("_norm"):
        rule = "bias-before-norm" if "norm" in suspect.neighbours or "conv" in kind else "bias-missing"
        yield Trial(rule, "affine", {"shift": ours["bias"].reshape(-1)})
    if "bias" in theirs and "bias" not in ours:
        yield Trial("bias-missing", "set", {"bias": None})
