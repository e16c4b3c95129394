"""Compare two arrays, and nothing else: no reshape, no squeeze, no NaN forgiven."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parity.arrays import peak

PROOF_BOUND = 1e-10


@dataclass(frozen=True)
class Difference:
    """How far apart two arrays are.

    Args:
        figure: ``max |keras - torch| / max |keras|``; ``inf`` for a shape, dtype or NaN difference.
        index: the worst element, in canonical order.
        keras_value: its value on the Keras side.
        torch_value: its value on the Torch side.
        share: fraction of elements whose own difference is above the bound.
        reason: why no figure can be given.
    """

    figure: float
    index: tuple[int, ...] | None = None
    keras_value: float | None = None
    torch_value: float | None = None
    share: float = 0.0
    reason: str | None = None

    def describe(self) -> str:
        """One line for a report."""
        if self.reason:
            return self.reason
        if self.index is None:
            return "equal"
        element = f"[{', '.join(map(str, self.index))}]"
        return (
            f"{self.figure:.2e} at {element}: keras {self.keras_value:.9g}, torch {self.torch_value:.9g}"
            f" ({self.share:.1%} of elements off)"
        )


def difference(keras: NDArray, torch: NDArray, bound: float) -> Difference:
    """Judge ``torch`` against the peak of ``keras``, element by element."""
    if keras.shape != torch.shape:
        return Difference(math.inf, reason=f"shapes differ: keras {keras.shape}, torch {torch.shape}")
    if keras.dtype != torch.dtype:
        return Difference(math.inf, reason=f"dtypes differ: keras {keras.dtype}, torch {torch.dtype}")
    if keras.size == 0:
        return Difference(0.0)
    if not np.issubdtype(keras.dtype, np.inexact):
        return _exact_difference(keras, torch)
    with np.errstate(invalid="ignore"):  # infinities are told below
        distance = np.asarray(keras - torch)
    largest = peak(distance)
    if largest == 0:
        return Difference(0.0)
    if not math.isfinite(largest):
        return _not_finite(keras, torch) or Difference(math.inf, reason="the difference overflows")
    np.abs(distance, out=distance)
    index = np.unravel_index(int(distance.argmax()), distance.shape)
    scale = peak(keras) or peak(torch)
    return Difference(
        figure=largest / scale,
        index=tuple(int(i) for i in index),
        keras_value=float(keras[index]),
        torch_value=float(torch[index]),
        share=float((distance > bound * scale).mean()) if largest > bound * scale else 0.0,
    )


@dataclass(frozen=True)
class Sized:
    """How far apart two arrays are, and how large: the peak of either, None where there is no such array."""

    difference: Difference
    keras: float | None
    torch: float | None


def compare_all(
    keras: Mapping[str, NDArray], torch: Mapping[str, NDArray], bound: float, what: str
) -> dict[str, Sized]:
    """Judge floating arrays by their names, Keras's first; ``what`` they are says where one side has none."""
    found = {}
    for name in {**keras, **torch}:
        ours, theirs = keras.get(name), torch.get(name)
        found[name] = Sized(
            _one_sided(ours is None, what) if ours is None or theirs is None else difference(ours, theirs, bound),
            None if ours is None else peak(ours),
            None if theirs is None else peak(theirs),
        )
    return found


def _one_sided(in_torch: bool, what: str) -> Difference:
    has, lacks = ("torch", "keras") if in_torch else ("keras", "torch")
    return Difference(math.inf, reason=f"{has} has {what}, {lacks} has none")


def identical(keras: NDArray, torch: NDArray) -> bool:
    """Equal bit for bit, signed zeros included."""
    if keras.shape != torch.shape or keras.dtype != torch.dtype:
        return False
    return bool((_bits(keras) == _bits(torch)).all())


def _bits(array: NDArray) -> NDArray:
    whole = f"u{array.itemsize}" if array.itemsize in (1, 2, 4, 8) else np.uint8
    return np.ascontiguousarray(array).reshape(-1).view(whole)


def _exact_difference(keras: NDArray, torch: NDArray) -> Difference:
    unequal = keras != torch
    if not unequal.any():
        return Difference(0.0)
    index = tuple(int(i) for i in np.argwhere(unequal)[0])
    return Difference(
        math.inf,
        index,
        float(keras[index]),
        float(torch[index]),
        float(unequal.mean()),
        f"whole numbers differ at {index}: keras {keras[index]}, torch {torch[index]}",
    )


def _not_finite(keras: NDArray, torch: NDArray) -> Difference | None:
    for side, array in (("keras", keras), ("torch", torch)):
        bad = ~np.isfinite(array)
        if bad.any():
            index = tuple(int(i) for i in np.argwhere(bad)[0])
            reason = f"{side} has {array[index]} at {index} ({bad.mean():.1%} of elements not finite)"
            return Difference(math.inf, index, float(keras[index]), float(torch[index]), float(bad.mean()), reason)
    return None
