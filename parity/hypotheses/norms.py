"""Normalisations: statistics, scale and shift, the side on which the activation stands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from parity.attributes import ATTRIBUTE_RULES
from parity.hypotheses.suspect import Suspect
from parity.loaded import Weights
from parity.matching import ACTIVATIONS
from parity.recording import Event, Trial

DISTANCES = ("pairwise_distance", "pairwisedistance", "pairwise_distance_layer")
EPSILONS = (1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2)
"""Those that people write."""
STATISTICS = ("moving_mean", "moving_variance")
OPTIONS = {"gamma": "scale", "scale": "scale", "beta": "shift", "moving_mean": "mean", "moving_variance": "variance"}
"""Keras's tensors in the words of a trial."""


def norm(suspect: Suspect) -> Iterator[Trial]:
    """Everything about a norm but its attributes."""
    keras = suspect.keras
    if not keras.kind.endswith("_norm"):
        return
    if keras.kind == "batch_norm":
        yield from _statistics(suspect)
    yield from _affine(suspect)
    for kind in dict.fromkeys(suspect.neighbours):
        if kind in ACTIVATIONS:
            yield Trial("norm-activation-order", "apply before", {"kind": kind})
    for axes in combinations(range(1, len(keras.shape)), 2):
        yield Trial("norm-axis", "axes exchanged", {"axes": axes})
    if keras.kind != suspect.torch.kind:
        yield Trial("norm-other", "apply", normalizing(keras, suspect.weights))


def response(suspect: Suspect) -> Iterator[Trial]:
    """A norm over neighbouring channels: alpha for the sum or for the mean, a window told by its size or its half."""
    if suspect.torch.kind == "local_response_norm":
        for widened in (0, 1, -1):
            for power in (1, -1, 0):
                if widened or power:
                    yield Trial("response-norm-alpha", "response norm", {"power": power, "widened": widened})


def norm_by_hand(suspect: Suspect) -> Iterator[Trial]:
    """A norm that one side has spread over several operations: another epsilon inside."""
    keras, torch = suspect.keras, suspect.torch
    in_keras, in_torch = (ATTRIBUTE_RULES.get((event.kind, "epsilon")) for event in (keras, torch))
    if in_keras and torch.layer is None and suspect.inputs:
        whole = normalizing(keras, suspect.stored) | {"value": suspect.inputs[0], "others": EPSILONS}
        yield Trial(in_keras, "norm by hand", whole)
    if in_torch and not keras.kind.endswith("_norm"):
        for epsilon in EPSILONS:
            yield Trial(in_torch, "set", {"eps": epsilon})


def gain(suspect: Suspect) -> Iterator[Trial]:
    """The one side stores the gain, the other what it has beyond one."""
    normed = any(event.kind.endswith("_norm") for event in (suspect.keras, suspect.torch))
    if normed and (suspect.weights or suspect.stored):
        for more in (-1.0, 1.0):
            yield Trial("norm-other", "gain moved", {"by": more})


def unit_length(suspect: Suspect) -> Iterator[Trial]:
    """Vectors of length one along another axis, and distances with nothing added under the root."""
    if suspect.torch.kind in DISTANCES:
        yield Trial("distance-epsilon", "set", {"eps": 0.0})
    yield from along_other_axes(suspect.torch)


def along_other_axes(event: Event) -> list[Trial]:
    """A function that makes vectors of length one, along every axis."""
    axes = range(len(event.shape)) if event.kind == "normalize" else ()
    return [Trial("norm-axis", "set", {"dim": axis}) for axis in axes]


def _statistics(suspect: Suspect) -> Iterator[Trial]:
    """Of the batch or remembered ones."""
    mode = "norm-frozen" if suspect.training else "train-mode-left-on"
    yield Trial("norm-statistics-swapped", "swap statistics")
    yield Trial(mode, "evaluate")
    if "moving_mean" in suspect.weights and suspect.loaded is None:  # else they may never have been loaded
        yield Trial(mode, "with statistics", {name: suspect.weights[name] for name in STATISTICS})
    yield Trial(mode, "train")


def _affine(suspect: Suspect) -> Iterator[Trial]:
    """Scale and shift, which one side may lack."""
    weights, rule = suspect.weights, "norm-affine-missing"
    scale, shift = weights.get("gamma", weights.get("scale")), weights.get("beta")
    if scale is None and shift is None:
        return
    yield Trial(rule, "affine", {"scale": scale, "shift": shift})
    yield Trial(rule, "affine", {"scale": scale})
    yield Trial(rule, "affine", {"shift": shift})
    epsilon = suspect.keras.attributes.get("epsilon")
    yield Trial(rule, "set affine", {"eps": epsilon, "scale": scale, "shift": shift})


def normalizing(event: Event, weights: Weights) -> dict[str, Any]:
    """A norm of Keras as options of a trial."""
    tensors = {OPTIONS[name]: array for name, array in weights.items() if name in OPTIONS}
    numbers = {name: event.attributes[name] for name in ("epsilon", "groups") if name in event.attributes}
    return {"kind": event.kind, **numbers, **tensors}
