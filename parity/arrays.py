"""Small things that everything needs that handles arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def floats_as(array: NDArray, dtype: DTypeLike) -> NDArray[Any]:
    """The array in another float type; whole numbers stay what they are."""
    return array.astype(dtype) if np.issubdtype(array.dtype, np.floating) else array


def peak(array: NDArray) -> float:
    """The largest absolute value, NaN where there is one, 0 of nothing; makes no second array."""
    return float(max(array.max(), -array.min())) if array.size else 0.0


def chosen(arrays: Mapping[str, NDArray], paths: frozenset[str] | None) -> dict[str, NDArray]:
    """Those of the paths; all where there are none."""
    return {path: array for path, array in arrays.items() if paths is None or path in paths}


def times(shape: Iterable[int | None], unknown: str = "?") -> str:
    """``28x28x3``, or ``scalar``; an axis of no fixed length is ``unknown``."""
    return "x".join(unknown if size is None else str(size) for size in shape) or "scalar"
