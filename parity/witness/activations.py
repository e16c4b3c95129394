"""Activations and their derivatives in closed form: any shape, one element at a time except softmax."""

from __future__ import annotations

import numpy as np
from scipy.special import erf

from parity.witness.numpy_mlp import Floats

CUBIC = 0.044715  # of the tanh form of GELU


def relu(x: Floats) -> Floats:
    """max(x, 0) (Nair and Hinton, 2010)."""
    return np.maximum(x, 0)


def relu_derivative(x: Floats) -> Floats:
    """Zero at the kink, as both frameworks have it."""
    return np.where(x > 0, 1.0, 0.0)


def leaky_relu(x: Floats, slope: float = 0.01) -> Floats:
    """x where positive, slope x elsewhere (Maas et al., 2013)."""
    return np.where(x > 0, x, slope * x)


def leaky_relu_derivative(x: Floats, slope: float = 0.01) -> Floats:
    return np.where(x > 0, 1.0, slope)


def elu(x: Floats, alpha: float = 1.0) -> Floats:
    """x where positive, alpha (e^x - 1) elsewhere (Clevert et al., 2016)."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def elu_derivative(x: Floats, alpha: float = 1.0) -> Floats:
    return np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))


def sigmoid(x: Floats) -> Floats:
    """1 / (1 + e^-x) (Rumelhart et al., 1986), written so that no exponential overflows."""
    return np.exp(-np.logaddexp(0, -x))


def sigmoid_derivative(x: Floats) -> Floats:
    return sigmoid(x) * sigmoid(-x)


def tanh(x: Floats) -> Floats:
    """(e^x - e^-x) / (e^x + e^-x) (LeCun et al., 1998) = 2 sigmoid(2x) - 1."""
    return 2 * sigmoid(2 * x) - 1


def tanh_derivative(x: Floats) -> Floats:
    return 1 - tanh(x) ** 2


def softmax(x: Floats) -> Floats:
    """Logits (..., K) -> probabilities (..., K): e^x / sum e^x (Bridle, 1990); the largest is taken away first."""
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def softmax_derivative(x: Floats) -> Floats:
    """Logits (..., K) -> (..., K, K): derivative of probability i by logit j, p_i (1[i = j] - p_j)."""
    p = softmax(x)
    return p[..., :, None] * (np.eye(x.shape[-1]) - p[..., None, :])


def swish(x: Floats, beta: float = 1.0) -> Floats:
    """x sigmoid(beta x) (Ramachandran et al., 2017); SiLU when beta is 1."""
    return x * sigmoid(beta * x)


def swish_derivative(x: Floats, beta: float = 1.0) -> Floats:
    return sigmoid(beta * x) + beta * x * sigmoid_derivative(beta * x)


def gelu(x: Floats) -> Floats:
    """x times the normal distribution function of x (Hendrycks and Gimpel, 2016)."""
    return x * _normal_distribution(x)


def gelu_derivative(x: Floats) -> Floats:
    return _normal_distribution(x) + x * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)


def _normal_distribution(x: Floats) -> Floats:
    return (1 + erf(x / np.sqrt(2))) / 2


def gelu_tanh(x: Floats) -> Floats:
    """The approximation of GELU in the same paper: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))."""
    return x / 2 * (1 + tanh(_cubic(x)))


def gelu_tanh_derivative(x: Floats) -> Floats:
    inner = np.sqrt(2 / np.pi) * (1 + 3 * CUBIC * x**2)
    return (1 + tanh(_cubic(x))) / 2 + x / 2 * tanh_derivative(_cubic(x)) * inner


def _cubic(x: Floats) -> Floats:
    return np.sqrt(2 / np.pi) * (x + CUBIC * x**3)
