"""Targets for losses that the user hands over without data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from parity import draws
from parity.recording import LossFacts

POSITIVE = ("divergence", "poisson")


def drawn_goals(losses: Sequence[LossFacts], shape: tuple[int, ...], seed: int) -> NDArray:
    """Random targets for an output of ``shape``, batch included, as the first loss of a known kind takes them.

    Labels for a cross-entropy of labels, shares that add up to one for other cross-entropies and divergences (or the
    logarithms of shares), zeros and ones for a binary one, else numbers.
    """
    kind, numbers = next(((loss.kind, loss.numbers) for loss in losses if loss.kind), ("", {}))
    if kind == "cross_entropy":
        labels = np.floor(draws.uniform(shape[:-1], seed, "labels") * shape[-1]).astype(np.int64)
        return labels if numbers["labels"] == "indices" else np.eye(shape[-1])[labels]
    if kind == "binary_cross_entropy":
        return np.round(draws.uniform(shape, seed, "labels"))
    if kind in POSITIVE:
        numbers_drawn = 0.1 + draws.uniform(shape, seed, "goals")
        if kind != "divergence":
            return numbers_drawn
        shares = numbers_drawn / numbers_drawn.sum(-1, keepdims=True)
        return np.log(shares) if numbers.get("log_target") else shares
    return draws.normal(shape, seed, "goals")
