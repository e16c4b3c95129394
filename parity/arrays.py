"""Small things that everything needs that handles arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

SQUARE = 64
"""Rows and columns of an array that fit near the processor."""


def floats_as(array: NDArray, dtype: DTypeLike) -> NDArray[Any]:
    """The array in another float type; whole numbers stay what they are."""
    return array.astype(dtype) if np.issubdtype(array.dtype, np.floating) else array


def peak(array: NDArray) -> float:
    """The largest absolute value, NaN where there is one, 0 of nothing; makes no second array."""
    return float(max(array.max(), -array.min())) if array.size else 0.0


def contiguous(array: NDArray) -> NDArray:
    """Its values one behind the other; a large transposed array square by square, since whole rows of one order are
    columns of the other, and each of their numbers would be fetched from far away.
    """
    if not any(array.strides) or array.flags.c_contiguous:
        return array
    if array.ndim < 2 or array.size < SQUARE**2:
        return np.ascontiguousarray(array)
    found = np.empty_like(array, order="C", subok=False)
    rows, columns = sorted(range(array.ndim), key=lambda axis: -array.shape[axis])[:2]
    for row, column in product(range(0, array.shape[rows], SQUARE), range(0, array.shape[columns], SQUARE)):
        square = [slice(None)] * array.ndim
        square[rows], square[columns] = slice(row, row + SQUARE), slice(column, column + SQUARE)
        found[tuple(square)] = array[tuple(square)]
    return found


def chosen(arrays: Mapping[str, NDArray], paths: frozenset[str] | None) -> dict[str, NDArray]:
    """Those of the paths; all where there are none."""
    return {path: array for path, array in arrays.items() if paths is None or path in paths}


def times(shape: Iterable[int | None], unknown: str = "?") -> str:
    """``28x28x3``, or ``scalar``; an axis of no fixed length is ``unknown``."""
    return "x".join(unknown if size is None else str(size) for size in shape) or "scalar"
