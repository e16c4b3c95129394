"""One update of each optimizer by formula: weight, gradient and slots of one shape -> the new weight and slots.

Slots start at zero; steps are counted from one.
"""

from __future__ import annotations

import numpy as np

from parity.witness.numpy_mlp import Floats

EPSILON = 1e-8  # of Adam


def sgd(weight: Floats, gradient: Floats, rate: float) -> tuple[Floats]:
    """w - rate g (Robbins and Monro, 1951)."""
    return (weight - rate * gradient,)


def momentum(weight: Floats, gradient: Floats, velocity: Floats, rate: float, kept: float = 0.9) -> tuple[Floats, ...]:
    """v' = kept v + g, w - rate v' (Polyak, 1964; as in Sutskever et al., 2013, with the rate outside v)."""
    velocity = kept * velocity + gradient
    return weight - rate * velocity, velocity


def adam(
    weight: Floats,
    gradient: Floats,
    mean: Floats,
    square: Floats,
    step: int,
    rate: float,
    betas: tuple[float, float] = (0.9, 0.999),
) -> tuple[Floats, ...]:
    """w - rate m / (sqrt(v) + epsilon), m and v the bias-corrected running moments (Kingma and Ba, 2015)."""
    mean = betas[0] * mean + (1 - betas[0]) * gradient
    square = betas[1] * square + (1 - betas[1]) * gradient**2
    corrected_mean, corrected_square = mean / (1 - betas[0] ** step), square / (1 - betas[1] ** step)
    return weight - rate * corrected_mean / (np.sqrt(corrected_square) + EPSILON), mean, square


def adamw(
    weight: Floats,
    gradient: Floats,
    mean: Floats,
    square: Floats,
    step: int,
    rate: float,
    decay: float,
    betas: tuple[float, float] = (0.9, 0.999),
) -> tuple[Floats, ...]:
    """Adam on w, then - rate decay w: the decay does not pass through the moments (Loshchilov and Hutter, 2019)."""
    moved, mean, square = adam(weight, gradient, mean, square, step, rate, betas)
    return moved - rate * decay * weight, mean, square


def lion(
    weight: Floats,
    gradient: Floats,
    mean: Floats,
    rate: float,
    decay: float,
    betas: tuple[float, float] = (0.9, 0.99),
) -> tuple[Floats, ...]:
    """w - rate (sign(b1 m + (1 - b1) g) + decay w), then m' = b2 m + (1 - b2) g (Chen et al., 2023)."""
    direction = np.sign(betas[0] * mean + (1 - betas[0]) * gradient)
    return weight - rate * (direction + decay * weight), betas[1] * mean + (1 - betas[1]) * gradient
