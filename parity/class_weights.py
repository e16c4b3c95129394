"""Weights of the classes in a loss of the user's own, told by its values on targets of one class and of two."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

MANY = 32
"""Classes for each of which a loss is asked."""
EQUAL = 1e-9

Values = Callable[[list[NDArray], list[NDArray]], tuple[Sequence[float], Sequence[Sequence[float]]]]
"""Of the loss and of plain ones, on outputs and targets."""


def class_weights(values: Values, outputs: Sequence[NDArray], goals: NDArray) -> list[float] | None:
    """Those of a loss that is a plain one but for them; None if it is not, or has none.

    A loss that is divided by them is known up to a factor.
    """
    classes = outputs[0].shape[-1]
    if not 1 < classes <= MANY:
        return None
    alone = [(x, _of_class(goals[: len(x)], n, x)) for x in outputs for n in range(classes)]
    with np.errstate(divide="ignore", invalid="ignore"):
        for number, ratios in enumerate(_ratios(values, alone)):
            by_class = ratios.reshape(len(outputs), classes)
            if np.allclose(by_class, by_class[0], rtol=EQUAL, atol=0):
                divided = np.allclose(by_class, by_class[0, 0], rtol=EQUAL, atol=0)
                found = _divided(values, outputs[0], goals, number, by_class[0, 0]) if divided else by_class[0]
                return _unlike(found)
    return None


def positive_weight(values: Values, outputs: Sequence[NDArray], goals: NDArray) -> tuple[float, float] | None:
    """How much more a one counts than a zero in a loss that is a plain binary one but for that, and what a zero counts.

    None if it is not such a loss, or counts them alike.
    """
    if goals.size not in (len(goals), len(goals) * outputs[0].shape[-1]):
        return None
    alone = [(x, np.full_like(goals[: len(x)], n)) for n in (1, 0) for x in outputs]
    with np.errstate(divide="ignore", invalid="ignore"):
        for ratios in _ratios(values, alone):
            ones, zeros = ratios.reshape(2, len(outputs))
            if np.allclose((ones, zeros), ((ones[0],), (zeros[0],)), rtol=EQUAL, atol=0):
                known = np.isfinite(ones[0] / zeros[0]) and not np.isclose(ones[0], zeros[0], rtol=EQUAL, atol=0)
                return (float(ones[0] / zeros[0]), float(zeros[0])) if known else None
    return None


def _ratios(values: Values, asked: Sequence[tuple[NDArray, NDArray]]) -> list[NDArray]:
    """How many times each plain loss it is."""
    own, plain = values([x for x, _ in asked], [y for _, y in asked])
    return [np.array(own) / np.array(each) for each in plain]


def _divided(values: Values, output: NDArray, goals: NDArray, number: int, scale: float) -> NDArray:
    """Relative to the first class: how far two classes in one batch draw their mean to the one or to the other."""
    half, classes = len(output) // 2, output.shape[-1]
    first, last = output[:half], output[half:]
    of = [_of_class(goals[: len(output)], n, output) for n in range(classes)]
    mixed, _ = values([output] * classes, [np.concatenate([of[0][:half], each[half:]]) for each in of])
    _, plain = values([first, *[last] * classes], [of[0][:half], *(each[half:] for each in of)])
    mean, (begins, *ends) = np.array(mixed) / scale, plain[number]
    return np.array([1.0, *(half * (begins - mean) / (len(last) * (mean - np.array(ends))))[1:]])


def _of_class(goals: NDArray, number: int, output: NDArray) -> NDArray:
    """Targets like these, all of them of one class."""
    if goals.shape != output.shape or goals.dtype.kind in "iu":
        return np.full_like(goals, number)
    return np.broadcast_to(np.eye(output.shape[-1], dtype=goals.dtype)[number], goals.shape).copy()


def _unlike(weights: NDArray) -> list[float] | None:
    known = bool(np.isfinite(weights).all()) and weights.min() >= 0
    found: list[float] = weights.tolist()
    return found if known and not np.allclose(weights, weights[0], rtol=EQUAL, atol=0) else None
