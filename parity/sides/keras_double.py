"""Exact double-precision forms of TensorFlow operations that compute in float32 whatever they are given.

rule: resize-float32, leaky-slope-float32

Volumes cannot be pooled in float64 at all on CPU; without padding both poolings go axis by axis.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from parity.interpolation import KERNELS, weights


def leaky_relu(x: Any, negative_slope: float = 0.2) -> Any:
    """The slope as it was given; as an attribute of the operation it would be a float32."""
    return tf.where(x > 0, x, x * tf.convert_to_tensor(negative_slope, x.dtype))


def signing(original: Callable[..., Any]) -> Callable[..., Any]:
    """``signbit`` by arithmetic: Keras's reads the bits of a float32. ``argmax`` and ``argmin`` ask for it."""

    def signbit(x: Any) -> Any:
        x = tf.convert_to_tensor(x)
        return (x < 0) | ((x == 0) & (1 / x < 0)) if x.dtype.is_floating else original(x)

    return signbit


def pooling_in_space(original: Callable[..., Any], reduce: Callable[..., Any]) -> Callable[..., Any]:
    """``tf.nn.max_pool`` or ``avg_pool`` of float64 volumes (B, D, H, W, C), which have no kernel on CPU."""

    def pool(input: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NHWC", **options: Any) -> Any:
        if input.dtype != tf.float64 or input.shape.rank != 5 or data_format != "NDHWC" or padding != "VALID":
            return original(input, ksize, strides, padding, data_format, **options)
        for axis, (size, step) in enumerate(zip(_three(ksize), _three(strides), strict=True), 1):
            places = range(0, input.shape[axis] - size + 1, step)
            windows = [tf.gather(input, range(place, place + size), axis=axis) for place in places]
            input = tf.stack([reduce(window, axis=axis) for window in windows], axis=axis)
        return input

    return pool


def _three(sizes: Any) -> tuple[int, ...]:
    return (sizes,) * 3 if isinstance(sizes, int) else tuple(sizes)


def resizing(original: Callable[..., Any]) -> Callable[..., Any]:
    """``tf.image.resize`` for float64 images of known size: two matrices of interpolation weights."""

    def resize(images: Any, size: Any, method: str = "bilinear", antialias: bool = False, **options: Any) -> Any:
        images = tf.convert_to_tensor(images)
        sizes = tuple(int(n) for n in size) if not tf.is_tensor(size) or tf.executing_eagerly() else None
        known = images.shape[-3:-1].is_fully_defined() and sizes is not None
        if images.dtype != tf.float64 or method not in KERNELS or not known:
            return original(images, size, method=method, antialias=antialias, **options)
        assert sizes is not None
        rows, columns = (
            tf.constant(weights(n, m, method, antialias)) for n, m in zip(images.shape[-3:-1], sizes, strict=True)
        )
        return tf.einsum("ih,jw,...hwc->...ijc", rows, columns, images)

    return resize
