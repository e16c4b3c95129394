"""Max and average pooling window by window."""

from __future__ import annotations

import numpy as np

from parity.witness.convolution import output_shape, windows
from parity.witness.numpy_mlp import Floats


def max_pool(image: Floats, size: int, padding: int = 0, stride: int | None = None) -> Floats:
    """Image (B, H, W, C) -> the largest of each window (B, H', W', C); the edges are padded with minus infinity.

    Windows touch unless ``stride`` is given (Ranzato et al., 2007).
    """
    step = stride or size
    outputs = np.empty((*output_shape(image, size, size, padding, step), image.shape[-1]))
    for row, column, window in windows(image, size, size, padding, step, -np.inf):
        outputs[:, row, column] = window.max((1, 2))
    return outputs


def average_pool(image: Floats, size: int, stride: int | None = None) -> Floats:
    """Image (B, H, W, C) -> the mean of each window (B, H', W', C) (LeCun et al., 1989)."""
    step = stride or size
    outputs = np.empty((*output_shape(image, size, size, 0, step), image.shape[-1]))
    for row, column, window in windows(image, size, size, 0, step):
        outputs[:, row, column] = window.sum((1, 2)) / size**2
    return outputs
