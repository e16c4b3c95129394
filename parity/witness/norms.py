"""Batch norm and layer norm by formula; channels are the last axis."""

from __future__ import annotations

import numpy as np

from parity.witness.numpy_mlp import Floats

EPSILON = 1e-5


def batch_norm(x: Floats, gamma: Floats, beta: Floats, mean: Floats, variance: Floats) -> Floats:
    """x (..., C), the rest (C,) -> (..., C): gamma (x - mean) / sqrt(variance + epsilon) + beta.

    The statistics are those of the batch while training, the running ones otherwise (Ioffe and Szegedy, 2015).
    """
    return gamma * (x - mean) / np.sqrt(variance + EPSILON) + beta


def batch_statistics(x: Floats) -> tuple[Floats, Floats]:
    """x (..., C) -> mean and variance (C,) over everything else; the variance is divided by n."""
    rows = x.reshape(-1, x.shape[-1])
    mean = rows.sum(0) / len(rows)
    return mean, ((rows - mean) ** 2).sum(0) / len(rows)


def running_statistics(x: Floats, mean: Floats, variance: Floats, kept: float = 0.9) -> tuple[Floats, Floats]:
    """Running mean and variance (C,) after the batch x (..., C); this variance is divided by n - 1."""
    count = x.size // x.shape[-1]
    new_mean, new_variance = batch_statistics(x)
    return kept * mean + (1 - kept) * new_mean, kept * variance + (1 - kept) * new_variance * count / (count - 1)


def layer_norm(x: Floats, gamma: Floats, beta: Floats) -> Floats:
    """x (..., D), gamma and beta (D,) -> (..., D): each row by its own mean and variance (Ba et al., 2016)."""
    width = x.shape[-1]
    centred = x - x.sum(-1, keepdims=True) / width
    variance = (centred**2).sum(-1, keepdims=True) / width
    return gamma * centred / np.sqrt(variance + EPSILON) + beta
