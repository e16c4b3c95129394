"""Images of another size as TensorFlow makes them: two matrices of weights, in double precision."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

TABLE = 1024
"""Places between two pixels for which TensorFlow's bicubic kernel has entries, unless it also smooths."""


def weights(length: int, size: int, method: str, antialias: bool) -> NDArray:
    """Row i holds the weights of every input pixel in output pixel i; pixel centres are at half.

    Args:
        length: of the axis before.
        size: of the axis afterwards.
        method: a key of ``KERNELS``.
        antialias: the kernel grows with the pixels of a smaller image.
    """
    kernel, radius = KERNELS[method]
    scale = length / size
    stretch = max(scale, 1.0) if antialias else 1.0
    centres = (np.arange(size) + 0.5) * scale - 0.5
    if method == "bilinear" and not antialias:
        centres = np.clip(centres, 0, length - 1)
    if method == "bicubic" and not antialias:
        centres = np.floor(centres) + np.rint((centres - np.floor(centres)) * TABLE) / TABLE
    distances = (np.arange(length)[None] - centres[:, None]) / stretch
    found = np.where(np.abs(distances) < radius, kernel(np.abs(distances)), 0.0)
    return np.asarray(found / found.sum(1, keepdims=True))


def _triangle(x: NDArray) -> NDArray:
    return np.maximum(1 - x, 0.0)


def _cubic(x: NDArray, a: float = -0.5) -> NDArray:
    """Keys (1981)."""
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * (x**3 - 5 * x**2 + 8 * x - 4)
    return np.where(x <= 1, near, far)


KERNELS: dict[str, tuple[Callable[[NDArray], NDArray], float]] = {"bilinear": (_triangle, 1), "bicubic": (_cubic, 2)}
