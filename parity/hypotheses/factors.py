"""Factors and other constants in the code."""

from __future__ import annotations

from collections.abc import Iterator

from parity.hypotheses.kinds import APPLIED, ELEMENTWISE, FACTORS, PREPARING
from parity.hypotheses.suspect import Suspect
from parity.matching import POOLS
from parity.recording import Trial

WAVES = frozenset({"sin", "cos"})
SCALING = frozenset({"rescaling", "normalization"})
BENDING = WAVES | APPLIED | ELEMENTWISE
"""Functions that do not hand a factor on as it is."""


def constants(suspect: Suspect) -> Iterator[Trial]:
    """Numbers that the code multiplies with or divides by."""
    keras, torch = suspect.keras, suspect.torch
    if suspect.straight and keras.kind in SCALING and torch.kind in PREPARING:
        names = ("scale", "offset", "mean", "variance")
        numbers = {name: value for name, value in keras.attributes.items() if name in names}
        yield Trial("preprocessing-inside", "apply", {"kind": keras.kind, **numbers})
    if torch.kind == "divide":
        yield Trial("data-variance-or-deviation", "root of constant")
    if torch.kind in ("add", "subtract", "multiply", "divide"):
        yield Trial("constants-through-float32", "rounded")


def factor(suspect: Suspect) -> Iterator[Trial]:
    """The same value but for a constant factor, in all or in one of two terms, or for one at each place of an axis."""
    if suspect.value is None:
        return
    if _scores(suspect):
        yield Trial("attention-scale", "multiple", {"value": suspect.value})
    if suspect.loaded is None:
        prepared = suspect.straight and SCALING & set(suspect.neighbours)
        rule = "preprocessing-inside" if prepared else "scale-other"
        yield Trial(rule, "scaled to", {"reference": suspect.value})
        yield Trial(rule, "scaled to", {"reference": suspect.value, "rounded": True})
        if not suspect.weights:
            yield _along(suspect, rule)
            shift = "preprocessing-inside" if prepared else "shift-other"
            yield Trial(shift, "shifted to", {"reference": suspect.value})
        if suspect.inputs and suspect.keras.kind == suspect.torch.kind and suspect.keras.kind in BENDING:
            yield Trial(rule, "fed a multiple", {"value": suspect.inputs[0]})


def _along(suspect: Suspect, rule: str) -> Trial:
    """A number for each place of an axis; in front of sines and cosines it is the table of their frequencies."""
    waves = suspect.torch.kind in FACTORS and set(suspect.neighbours) >= WAVES
    return Trial("position-table" if waves else rule, "scaled along", {"reference": suspect.value, "table": waves})


def power(suspect: Suspect) -> Iterator[Trial]:
    """The same value but for one exponent: a root or a square that one side lacks."""
    if suspect.value is not None and suspect.loaded is None and not suspect.weights:
        pooled = {suspect.keras.kind, suspect.torch.kind} & POOLS
        yield Trial("pool-other" if pooled else "activation-other", "power of", {"reference": suspect.value})


def _scores(suspect: Suspect) -> bool:
    """Queries times keys, before or after the factor."""
    kinds = {suspect.keras.kind, suspect.torch.kind}
    multiplied = "matmul" in kinds or "matmul" in suspect.neighbours
    ranks = (3, 4) if "softmax" in suspect.neighbours else (4,)
    return suspect.value is not None and suspect.value.ndim in ranks and multiplied and kinds <= FACTORS | {"matmul"}
