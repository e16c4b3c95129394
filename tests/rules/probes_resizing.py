"""Probes of resizing of images."""

from __future__ import annotations

import torch  # isort: skip  before TensorFlow
import numpy as np
import tensorflow as tf
import torch.nn.functional as F
from keras import layers, ops
from probing import array, error, first, n, probe, run


def whole_numbers(*shape):
    """Pixels with which float32 arithmetic by halves and quarters is exact."""
    return np.random.default_rng(0).integers(0, 16, shape).astype("float64")


@probe
def resize_align_corners():
    x = whole_numbers(2, 4, 4, 3)
    y = first(run(layers.UpSampling2D(2, interpolation="bilinear"), x))
    return (
        error(y, F.interpolate(first(x), scale_factor=2, mode="bilinear", align_corners=True)),
        error(y, F.interpolate(first(x), scale_factor=2, mode="bilinear")),
    )


def interpolation(size, new):
    """(new, size): each row mixes its two neighbours, half-pixel centres."""
    position = np.clip((np.arange(new) + 0.5) * size / new - 0.5, 0, size - 1)
    low = np.minimum(position.astype(int), size - 2)
    matrix = np.zeros((new, size))
    matrix[np.arange(new), low] = 1 - (position - low)
    matrix[np.arange(new), low + 1] += position - low
    return matrix


@probe
def resize_float32():
    x = array(2, 5, 5, 3)
    port = F.interpolate(first(x), (8, 8), mode="bilinear")
    stock = first(run(layers.Resizing(8, 8), x))
    matrix = ops.convert_to_tensor(interpolation(5, 8))
    return error(stock, port), error(first(n(ops.einsum("ih,jw,bhwc->bijc", matrix, matrix, x))), port)


@probe
def resize_nearest():
    x = array(2, 7, 7, 3)
    y = first(run(layers.Resizing(5, 5, interpolation="nearest"), x))
    return (
        error(y, F.interpolate(first(x), (5, 5), mode="nearest")),
        error(y, F.interpolate(first(x), (5, 5), mode="nearest-exact")),
    )


@probe
def resize_bicubic():
    x = whole_numbers(1, 8, 8, 1)

    def inner(image):
        return image[..., 4:-4, 4:-4]

    stock = inner(first(run(layers.Resizing(16, 16, interpolation="bicubic"), x)))
    fixed = inner(first(run(layers.Resizing(16, 16, interpolation="bicubic", antialias=True), x)))

    def port(antialias):
        return inner(F.interpolate(first(x), (16, 16), mode="bicubic", antialias=antialias))

    return error(stock, port(False)), error(fixed, port(True))


@probe
def resize_antialias():
    x = whole_numbers(1, 16, 16, 1)

    def port(antialias):
        return F.interpolate(first(x), (8, 8), mode="bilinear", antialias=antialias)[..., 1:-1, 1:-1]

    stock = first(run(layers.Resizing(8, 8), x))[..., 1:-1, 1:-1]
    fixed = first(run(layers.Resizing(8, 8, antialias=True), x))[..., 1:-1, 1:-1]
    return error(stock, port(True)), max(error(fixed, port(True)), error(stock, port(False)))


@probe
def resize_area():
    x = whole_numbers(1, 6, 6, 1)

    def both(size):
        y = first(n(tf.image.resize(x, (size, size), method="area")).astype("float64"))
        return error(y, F.interpolate(first(x), (size, size), mode="area"))

    return both(4), both(3)


@probe
def resize_size():
    x = array(1, 4, 5, 1)
    y = first(run(layers.UpSampling2D((2, 3)), x))
    return error(y, F.interpolate(first(x), scale_factor=(3, 2))), error(
        y, F.interpolate(first(x), scale_factor=(2, 3))
    )


@probe
def resize_scale_factor():
    x = array(1, 7, 7, 1)
    y = first(run(layers.Resizing(11, 11, interpolation="nearest"), x))
    return (
        error(y, F.interpolate(first(x), scale_factor=1.6, mode="nearest-exact")),
        error(y, F.interpolate(first(x), scale_factor=1.6, mode="nearest-exact", recompute_scale_factor=True)),
    )


@probe
def resize_bytes():
    x = np.random.default_rng(0).integers(0, 256, (1, 31, 29, 3)).astype("uint8")
    y = first(n(tf.cast(tf.round(tf.image.resize(x, (17, 13))), "uint8"))).double()
    port = F.interpolate(torch.tensor(np.moveaxis(x, -1, 1).copy()), (17, 13), mode="bilinear").double()
    even = x[:, :28, :28].astype("float64")
    smooth = first(run(layers.Resizing(56, 56), even))
    return error(y, port), error(smooth, F.interpolate(first(even), (56, 56), mode="bilinear"))
