"""Convolution window by window, and the size of what it gives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from parity.witness.numpy_mlp import Floats


def output_size(size: int, kernel: int, padding: int = 0, stride: int = 1) -> int:
    """floor((H + 2p - k) / s) + 1 (Dumoulin and Visin, 2016).

    Raises:
        ValueError: if not one window fits.
    """
    free = size + 2 * padding - kernel
    if free < 0:
        raise ValueError(f"kernel={kernel!r}: expected at most {size + 2 * padding}, the padded size")
    return free // stride + 1


def convolve(image: Floats, kernel: Floats, bias: Floats, padding: int = 0, stride: int = 1) -> Floats:
    """Image (B, H, W, C), kernel (k, k', C, O), bias (O,) -> (B, H', W', O) (LeCun et al., 1989).

    The kernel is not mirrored; zeros are added on all four edges.
    """
    height, width = kernel.shape[:2]
    outputs = np.empty((*output_shape(image, height, width, padding, stride), kernel.shape[-1]))
    for row, column, window in windows(image, height, width, padding, stride):
        outputs[:, row, column] = np.tensordot(window, kernel, 3) + bias
    return outputs


def output_shape(image: Floats, height: int, width: int, padding: int, stride: int) -> tuple[int, int, int]:
    """(B, H', W') of an image (B, H, W, C) under windows of ``height`` x ``width``."""
    rows, columns = image.shape[1:3]
    return len(image), output_size(rows, height, padding, stride), output_size(columns, width, padding, stride)


def windows(
    image: Floats, height: int, width: int, padding: int, stride: int, edge: float = 0.0
) -> Iterator[tuple[int, int, Floats]]:
    """Each output row and column with what it sees (B, height, width, C); beyond the edge it sees ``edge``."""
    margin = (padding, padding)
    padded = np.pad(image, ((0, 0), margin, margin, (0, 0)), constant_values=edge)
    _, rows, columns = output_shape(image, height, width, padding, stride)
    for row in range(rows):
        for column in range(columns):
            top, left = row * stride, column * stride
            yield row, column, padded[:, top : top + height, left : left + width]
