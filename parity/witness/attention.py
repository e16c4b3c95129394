"""Scaled dot-product attention by formula."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parity.witness.activations import softmax
from parity.witness.numpy_mlp import Floats


def attention(
    query: Floats, key: Floats, value: Floats, visible: NDArray[np.bool_] | None = None
) -> tuple[Floats, Floats]:
    """softmax(QK^T / sqrt(d)) V and its weights (Vaswani et al., 2017).

    Queries (..., T, d), keys (..., S, d) and values (..., S, D) -> output (..., T, D) and weights (..., T, S).
    ``visible`` (T, S) is True where a query may look; each must see something.
    """
    logits = query @ np.swapaxes(key, -1, -2) / np.sqrt(query.shape[-1])
    if visible is not None:
        logits = np.where(visible, logits, -np.inf)
    weights = softmax(logits)
    return weights @ value, weights


def causal(length: int) -> NDArray[np.bool_]:
    """(L, L): every step sees itself and those before."""
    return np.tri(length, dtype=bool)
