"""Weights that make a pair testable, and weights moved by their last bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity import draws
from parity.recording import Arrays

WORDS = {np.dtype(np.float32): np.int32, np.dtype(np.float64): np.int64}
"""Whole numbers as wide as a float: next to each other where the floats are."""


SPREAD = 0.4
"""Of the shifts that a pair is judged with, from the lowest to the highest."""
WIDE = 6.0
"""The same, so that some units are always below zero."""


def calibrate(weights: Mapping[str, NDArray], seed: int, spread: float = SPREAD) -> Arrays:
    """Give every tensor that is still at a constant default a random value; leave the others alone.

    Fresh biases, scales and shifts hide bias order, missing affine terms and statistics.
    Running statistics stay: they are settled from a batch.
    """
    return {path: _calibrated_tensor(path, array, seed, spread) for path, array in weights.items()}


def _calibrated_tensor(path: str, array: NDArray, seed: int, spread: float) -> NDArray:
    name = path.rpartition("/")[2]
    constant = array.size > 0 and bool((array == array.flat[0]).all())
    if name.startswith("moving_") or not np.issubdtype(array.dtype, np.floating):
        return array
    if not constant and name != "bias":
        return array
    numbers = draws.uniform(array.shape, seed, "calibrate", path)
    if constant and array.flat[0] == 1:
        return (0.5 + numbers).astype(array.dtype)
    return (array + spread * (numbers - 0.5)).astype(array.dtype)


def nudged(array: NDArray, *key: Any, dtype: Any = np.float32) -> NDArray:
    """Every value but zeros moved by one unit in the last place of ``dtype``, up or down at random."""
    if not np.issubdtype(array.dtype, np.floating):
        return array
    exact: NDArray = np.ascontiguousarray(array, dtype).reshape(array.shape)
    steps = draws.signs(array.shape, "nudge", *key)
    steps *= exact != 0
    return (exact.view(WORDS[exact.dtype]) + steps).view(exact.dtype)
