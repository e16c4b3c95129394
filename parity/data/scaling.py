"""Scaling fitted on training data only, and Gaussian-noise augmentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from parity.data.draws import Floats
from parity.errors import UsageError

SCALES = ("standard", "minmax", "none")


@dataclass(frozen=True, eq=False)
class Scaler:
    """(x - shift) / scale for each feature (the last axis)."""

    shift: Floats
    scale: Floats

    def apply(self, values: Any) -> Floats:
        """Values in their own unit -> scaled."""
        return np.asarray((np.asarray(values, np.float64) - self.shift) / self.scale)

    def inverse(self, scaled: Any) -> Floats:
        """Scaled values -> their own unit."""
        return np.asarray(np.asarray(scaled, np.float64) * self.scale + self.shift)

    def column(self, index: int) -> Scaler:
        """The scaler of one feature, for targets of shape (N, K) that are all that feature."""
        return Scaler(self.shift[index], self.scale[index])


def fit(train: Any, method: str = "standard") -> Scaler:
    """A scaler fitted on training data (..., D).

    Args:
        train: the training part only.
        method: ``standard`` (mean 0, population deviation 1), ``minmax`` (0 ... 1) or ``none``. A constant feature
            is only shifted.

    Raises:
        UsageError: for another method.
    """
    if method not in SCALES:
        raise UsageError(f"scale={method!r}: expected one of {', '.join(SCALES)}", "leave it out for the usual one")
    rows = np.asarray(train, np.float64)
    rows = rows.reshape(-1, rows.shape[-1])
    if method == "none":
        return Scaler(np.zeros(rows.shape[1]), np.ones(rows.shape[1]))
    low = rows.min(axis=0)
    span = rows.max(axis=0) - low
    constant = span == 0  # the deviation of equal numbers can come out as 1e-17, which is no scale
    shift, scale = (rows.mean(axis=0), rows.std(axis=0)) if method == "standard" else (low, span)
    return Scaler(shift, np.where(constant, 1.0, scale))


def add_noise(values: Any, deviation: float = 0.1, seed: int = 0) -> Floats:
    """Augmentation of scaled features: values plus normal noise of this deviation.

    Raises:
        UsageError: for a negative deviation.
    """
    if not deviation >= 0:
        raise UsageError(f"deviation={deviation}: expected a number >= 0", "0.1 is usual for scaled features")
    values = np.asarray(values, np.float64)
    return np.asarray(values + np.random.default_rng(seed).normal(0, deviation, values.shape))
