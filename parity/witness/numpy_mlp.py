"""The multi-layer perceptron in NumPy alone: the third implementation, which neither framework can have misled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Layers = list[tuple[Floats, Floats]]


class NumpyMLP:
    """Features (B, D) -> outputs (B, K): He init, ReLU between the layers, linear output, float64.

    ``layers`` holds the kernel (in, out) and the bias (out,) of each layer, as in Keras.

    Args:
        widths: D, the width of each hidden layer, K.
        seed: of the initial weights; biases are zero.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, widths: Sequence[int], seed: int = 0) -> None:
        if len(widths) < 2 or any(width < 1 for width in widths):
            raise ValueError(f"widths={widths!r}: expected at least two positive whole numbers")
        rng = np.random.default_rng(seed)
        self.layers: Layers = [
            (rng.normal(0, np.sqrt(2 / before), (before, after)), np.zeros(after)) for before, after in pairwise(widths)
        ]

    def forward(self, features: ArrayLike) -> Floats:
        return self.activations(features)[-1]

    def activations(self, features: ArrayLike) -> list[Floats]:
        """The input of every layer, after its ReLU, and the output of the last."""
        values = [np.asarray(features, np.float64)]
        for index, (kernel, bias) in enumerate(self.layers):
            x = values[-1] @ kernel + bias
            values.append(x if index == len(self.layers) - 1 else np.maximum(x, 0))
        return values

    def backward(self, features: ArrayLike, slope: ArrayLike) -> tuple[Layers, Floats]:
        """Gradients of a loss by ``layers`` and by the features; ``slope`` (B, K) is its gradient by the outputs."""
        values = self.activations(features)
        slope = np.asarray(slope, np.float64)
        gradients: Layers = []
        for index in reversed(range(len(self.layers))):
            gradients.append((values[index].T @ slope, slope.sum(0)))
            slope = slope @ self.layers[index][0].T
            if index:
                slope = slope * (values[index] > 0)
        return gradients[::-1], slope

    def step(self, gradients: Layers, rate: float) -> None:
        """One step of plain gradient descent."""
        self.layers = [
            (kernel - rate * by_kernel, bias - rate * by_bias)
            for (kernel, bias), (by_kernel, by_bias) in zip(self.layers, gradients, strict=True)
        ]

    def fit(
        self,
        features: Floats,
        targets: Floats,
        rate: float = 0.01,
        epochs: int = 100,
        batch: int = 32,
        seed: int = 0,
    ) -> list[float]:
        """Mini-batch gradient descent on the mean squared error; the mean loss of each epoch."""
        rng = np.random.default_rng(seed)
        losses = []
        for _ in range(epochs):
            total = 0.0
            for chosen in batches(rng.permutation(len(features)), batch):
                loss, slope = mean_squared_error(targets[chosen], self.forward(features[chosen]))
                self.step(self.backward(features[chosen], slope)[0], rate)
                total += loss * len(chosen)
            losses.append(total / len(features))
        return losses


def mean_squared_error(targets: Floats, outputs: Floats) -> tuple[float, Floats]:
    """Targets and outputs (B, K) -> the loss and its gradient by the outputs."""
    error = outputs - targets
    return float((error**2).mean()), 2 * error / error.size


def cross_entropy(labels: NDArray[np.int64], logits: Floats) -> tuple[float, Floats]:
    """Labels (B,), logits (B, K) -> the mean loss and its gradient by the logits."""
    shifted = logits - logits.max(1, keepdims=True)
    log_odds = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    rows = np.arange(len(labels))
    slope = np.exp(log_odds)
    slope[rows, labels] -= 1
    return float(-log_odds[rows, labels].mean()), slope / len(labels)


def batches(order: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    """``order`` in pieces of ``size``; the last may be shorter."""
    return (order[start : start + size] for start in range(0, len(order), size))
