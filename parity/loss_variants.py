"""Losses as people write them by hand, to be recognised by their values."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from parity.recording import LossFacts

CHANGES = 3
"""So many numbers of a known loss may be others at once."""
SMALL = (1e-8, 1e-7, 1e-6, 1e-5, 1e-3, 1.0, 2.0, 1e-9, 1e-10)
OPTIONS: Mapping[str, tuple[Any, ...]] = {
    "reduce": ("mean", "sum", "samples"),
    "inner": ("mean", "sum"),
    "broadcast": (False, True),
    "takes": ("logits", "probabilities", "logarithms"),
    "divide": ("samples", "weights"),
    "smoothing": (0.0, 0.1, 0.05, 0.2),
    "class_axis": ("last", "second"),
    "gamma": (0.0, 2.0, 1.0, 0.5, 1.5, 3.0, 4.0, 5.0),
    "alpha": (None, 0.25, 0.75, 0.5, 0.8, 0.9),
    "factor": (None, 0.25, 0.5, 0.75, 0.8),
    "over": ("batch", "sample", "class", "sample and class"),
    "added": ((0.0, 1e-7), *((top, low) for low in SMALL for top in (low, 0.0))),
    "squared": (False, True),
    "shares": ((0.5, 0.5), (1.0, 1.0), (0.3, 0.7), (0.7, 0.3)),
    "times": (None, 0.5, 2.0, 10.0, 100.0, 0.1, 0.01, 4.0, 0.25, 3.0, 9.0, 16.0),
    "swapped": (False, True),
    "clip": (True, False),
    "log_target": (False, True),
    "sign": (-1.0, 1.0),
    "offset": (0.0, 1.0),
    "mapped": (True, False),
    "power": (1.0, 2.0),
}
"""What each number may be instead, the likeliest first."""
FOCUS: Mapping[str, Any] = {"gamma": 0.0, "factor": None}
TIMES: Mapping[str, Any] = {"times": None}
LACKED: Mapping[str, Mapping[str, Any]] = {
    "cross_entropy": FOCUS,
    "binary_cross_entropy": {**FOCUS, "alpha": None},
    "squared_error": TIMES,
    "absolute_error": TIMES,
    "divergence": {**TIMES, "swapped": False, "log_target": False, "added": None},
}
"""Numbers by which a plain loss becomes a focal one, a multiple, or one that people write by hand."""
_PLAIN = {"reduce": "mean", "inner": "mean", "broadcast": False}
_CLASSES = {"labels": "shares", "class_axis": "last", "weights": None, "divide": "samples"}
KINDS: Mapping[str, Mapping[str, Any]] = {
    "squared_error": _PLAIN,
    "absolute_error": _PLAIN,
    "binary_cross_entropy": {**_PLAIN, "takes": "probabilities", "smoothing": 0.0, "positive_weight": None},
    "cross_entropy": {"reduce": "mean", "takes": "probabilities", "smoothing": 0.0, **_CLASSES},
    "dice": {
        "reduce": "mean",
        "broadcast": False,
        "takes": "probabilities",
        "over": "batch",
        "added": (0.0, 1e-7),
        "squared": False,
        "shares": (0.5, 0.5),
    },
    "divergence": {"reduce": "mean", "inner": "sum", "broadcast": False, "takes": "probabilities", "clip": True},
}
"""Losses for which somebody may have a function on either side, each in a form that Keras has."""

NEUTRAL = LossFacts("", "squared_outputs", {})
"""The mean square of the outputs, whatever the targets: what both sides can train with, to leave their losses out."""
SUM = "sum"
"""The kind of several losses, each of one output."""
NONE = LossFacts("", "no_loss", {})
"""Of an output that has none."""
PLAIN_RATE = 2.0**-6
"""Of the gradient descent by which both can do without their optimizers."""


def rounds(known: Sequence[LossFacts], most: int = CHANGES, sequences: bool = True) -> Iterator[list[LossFacts]]:
    """Variants to be tried one list after the other, the nearest first.

    Args:
        known: the loss of the other side; none where that is a function of the user's, too.
        most: so many numbers are changed.
        sequences: a sample is more than one row; else the mean is over samples anyway.
    """
    kinds = known or [LossFacts("", kind, numbers) for kind, numbers in KINDS.items()]
    for count in range(1 + most):
        found = [variant for facts in kinds for variant in variants(facts, count)]
        yield [each for each in found if sequences or each.numbers["reduce"] != "samples"]


def plain_entropies(known: LossFacts | None) -> list[LossFacts]:
    """Cross-entropies without weights of classes, the known one first, in every form that one class alone shows."""
    is_one = known is not None and known.kind == "cross_entropy"
    facts = known if known is not None and is_one else LossFacts("", "cross_entropy", KINDS["cross_entropy"])
    forms = itertools.product(OPTIONS["takes"], ("mean", "sum"))
    return [weighted(facts, None), *(weighted(facts, None, takes=takes, reduce=reduce) for takes, reduce in forms)]


def plain_binary(known: LossFacts | None) -> list[LossFacts]:
    """Binary cross-entropies that count ones and zeros alike, the known one first."""
    is_one = known is not None and known.kind == "binary_cross_entropy"
    facts = known if known is not None and is_one else LossFacts("", "binary_cross_entropy", {})
    alike = {**KINDS["binary_cross_entropy"], **facts.numbers, "positive_weight": None}
    forms = itertools.product(OPTIONS["takes"][:2], ("mean", "sum"), (True, False))
    others = ({"takes": takes, "reduce": reduce, "clip": clip} for takes, reduce, clip in forms)
    return [replace(facts, numbers={**alike, **form}) for form in ({}, *others)]


def weighted(facts: LossFacts, weights: Sequence[float] | None, **numbers: Any) -> LossFacts:
    """The same loss with other weights of its classes, and other numbers."""
    return replace(facts, numbers={**facts.numbers, "divide": "samples", **numbers, "weights": weights})


def variants(facts: LossFacts, count: int) -> Iterator[LossFacts]:
    """The loss with so many of its numbers changed."""
    numbers = {**LACKED.get(facts.kind, {}), **facts.numbers}
    changes = {name: [v for v in values if v != numbers[name]] for name, values in OPTIONS.items() if name in numbers}
    for names in itertools.combinations(changes, count):
        for chosen in itertools.product(*(changes[name] for name in names)):
            yield replace(facts, numbers={**numbers, **dict(zip(names, chosen, strict=True))})
