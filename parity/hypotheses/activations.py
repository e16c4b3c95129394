"""Activations and softmaxes: another function, another form, another axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from parity.hypotheses.kinds import APPLIED, ELEMENTWISE, JOINED_BY_ORDER, SOFTMAXES
from parity.hypotheses.suspect import Suspect
from parity.matching import ACTIVATIONS
from parity.recording import Event, Trial

Graph = tuple[NDArray, NDArray]
"""A function of single numbers: where it was evaluated, ascending, and what it gave."""
OTHER_ACTIVATION = "activation-other"
OTHER_PARAMETER = "activation-parameter"
HARD = frozenset({"hard_sigmoid", "hard_silu"})
HARD_FORM = "hard-sigmoid-form"
GELU = frozenset({"gelu", "quick_gelu"})
FORMS: Mapping[str, str] = {
    "gelu": "gelu-form",
    "leaky_relu": "leaky-slope",
    "relu": "relu-threshold",
    "softmax": "softmax-axis",
}
"""What can differ between two functions of one kind, or one and its formula written by hand."""

BROKEN_LINES = frozenset({"relu", "leaky_relu"})
CURVED = frozenset({"erf", "exp", "exponential", "expm1", "log", "log1p", "tanh", "sigmoid", "softplus"})
"""Functions that no formula of a broken line holds."""


def activation(suspect: Suspect) -> Iterator[Trial]:
    """The function of Keras in place of that of PyTorch."""
    keras, torch = suspect.keras, suspect.torch
    if keras.kind not in APPLIED and not (keras.kind in ELEMENTWISE and torch.kind in APPLIED | ELEMENTWISE):
        return
    if keras.kind == torch.kind == "prelu" and "alpha" in suspect.weights:
        yield Trial("prelu-shape", "apply", {"kind": "prelu", "alpha": suspect.weights["alpha"]})
    rule = _rule(suspect)
    numbers = {name: value for name, value in keras.attributes.items() if isinstance(value, (int, float, bool))}
    yield Trial(rule, "apply", {"kind": keras.kind, **numbers})
    if keras.kind == "activation" and suspect.inputs and suspect.value is not None:
        xs, ys = graph_of(suspect.inputs[0], suspect.value)
        yield Trial(rule, "apply", {"kind": "mapped", "xs": xs, "ys": ys})
    if suspect.inputs and keras.kind != torch.kind and torch.kind not in JOINED_BY_ORDER:
        yield Trial(rule, "recompute", {"value": suspect.inputs[0], "kind": keras.kind, **numbers})
    if keras.kind in SOFTMAXES:
        yield from (each if torch.kind in SOFTMAXES else replace(each, rule=rule) for each in other_axes(keras))
    if keras.kind in SOFTMAXES and suspect.inputs and keras.shape[int(keras.attributes.get("axis", -1))] == 1:
        yield Trial("softmax-axis", "recompute", {"value": suspect.inputs[0], "kind": keras.kind, **numbers})
    if keras.kind == "gelu":
        yield other_gelu(keras)
    if keras.kind == "hard_sigmoid":
        yield Trial(HARD_FORM, "apply", {"kind": "hard_sigmoid", "slope": 0.2})


def graph_of(x: NDArray, y: NDArray) -> Graph:
    """The function of single numbers that makes ``y`` of ``x``, by its values."""
    order = np.argsort(x, None)
    return x.ravel()[order], y.ravel()[order]


def _rule(suspect: Suspect) -> str:
    keras, torch = suspect.keras, suspect.torch
    kinds = {keras.kind, torch.kind}
    if kinds & HARD and not kinds & (ACTIVATIONS - HARD):
        return HARD_FORM
    if kinds == GELU:
        return "gelu-form"
    if kinds == {"relu", "leaky_relu"}:
        return "leaky-slope"
    if keras.kind == torch.kind:
        return FORMS.get(keras.kind, OTHER_PARAMETER)
    if torch.kind in APPLIED and not _gelu_by_hand(keras, torch):
        return OTHER_ACTIVATION
    if keras.kind in BROKEN_LINES and torch.kind in ("abs", "absolute", "square"):
        return OTHER_ACTIVATION
    if any(event.kind == torch.kind for event in suspect.before_keras):
        return OTHER_ACTIVATION  # PyTorch ends with what Keras has in front of it
    if keras.kind in BROKEN_LINES and suspect.written & CURVED:
        return OTHER_ACTIVATION
    return FORMS.get(keras.kind, OTHER_ACTIVATION)


def _gelu_by_hand(keras: Event, torch: Event) -> bool:
    return keras.kind == "gelu" and torch.kind == "tanh" and torch.layer is None


def wrapped_gelu(suspect: Suspect) -> Iterator[Trial]:
    """Keras wraps the form of a GELU in a function of any name."""
    if suspect.torch.kind == "gelu" and suspect.keras.kind != "gelu":
        yield other_gelu(suspect.torch)


def other_gelu(event: Event) -> Trial:
    """The tanh form for the exact one, or the other way round."""
    return Trial("gelu-form", "apply", {"kind": "gelu", "approximate": not event.attributes.get("approximate")})


def other_axes(event: Event) -> Iterator[Trial]:
    """The softmax along every axis, the last one first."""
    for axis in range(len(event.shape) - 1, 0, -1):
        yield Trial("softmax-axis", "apply", {"kind": event.kind, "axis": axis})
