"""Digits and photographs: batches for the checks, data sets for training."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from parity.data import sklearn_sets
from parity.data.dataset import DataSet, Plan, cut
from parity.data.draws import Array, Draw, Floats, Labels, Request, bands, expect, pick
from parity.data.names import positive
from parity.data.resize import resize
from parity.data.sklearn_sets import PHOTOS, frozen
from parity.errors import UsageError


def draw_digits(source: str, request: Request, *, method: str = "bilinear", per_pixel: bool = False) -> Draw:
    """Handwritten digits in [0, 1], resized from 8x8; label: the digit, or with ``per_pixel`` each pixel's band.

    Channel c holds the image to the power 1 + c/2: three equal channels would hide a wrong channel order.
    """
    expect(request, source, "float", (1, 2, 3))
    images, labels = sklearn_sets.digits()
    chosen = pick(request.rng(), len(images), request.count)
    height, width, channels = _layout(request)
    gray = resize(images[chosen], height, width, method)
    values = gray[..., None] ** (1 + np.arange(channels) / 2)
    return _draw(request, values, labels[chosen], per_pixel)


def draw_photos(source: str, request: Request, *, standardise: bool = True, per_pixel: bool = False) -> Draw:
    """Patches of two photographs at random places, standardised per channel over both photographs (else in [0, 1]).

    Three channels, or one (the mean); label: which photograph, or with ``per_pixel`` each pixel's brightness band.
    """
    expect(request, source, "float", (1, 2, 3))
    height, width, channels = _layout(request)
    photos = _photos(channels, standardise)
    _check_patch(height, width, photos)
    rng = request.rng()
    labels = pick(rng, len(photos), request.count)
    tops = rng.integers(0, photos.shape[1] - height + 1, request.count)
    lefts = rng.integers(0, photos.shape[2] - width + 1, request.count)
    patches = [
        photos[label, top : top + height, left : left + width]
        for label, top, left in zip(labels, tops, lefts, strict=True)
    ]
    return _draw(request, np.stack(patches), labels, per_pixel)


def _draw(request: Request, values: Floats, labels: Labels, per_pixel: bool) -> Draw:
    if per_pixel:
        labels = bands(values.mean(axis=-1), max(2, request.classes))
    return Draw(values.reshape(request.count, *request.shape), labels)


def _layout(request: Request) -> tuple[int, int, int]:
    """(H, W, C) of the image: (H, W) has one channel, and 784 or 3072 is a flattened square of 1 or 3 channels."""
    shape = request.shape
    if len(shape) == 3:
        return shape
    if len(shape) == 2:
        return (*shape, 1)
    for channels in (1, 3):
        side = math.isqrt(shape[0] // channels)
        if side * side * channels == shape[0]:
            return side, side, channels
    raise UsageError(
        f"input {request.name!r} has shape {shape}: expected a flattened square image of 1 or 3 channels",
        "such as 784 (28x28) or 3072 (32x32x3)",
    )


@lru_cache
def _photos(channels: int, standardise: bool) -> Floats:
    photos = sklearn_sets.photos()
    if channels not in (1, 3):
        raise UsageError(f"channels={channels}: photographs have 3 channels, or 1 (gray)", "use one of the two")
    if channels == 1:
        photos = photos.mean(axis=-1, keepdims=True)
    if standardise:
        photos = (photos - photos.mean(axis=(0, 1, 2))) / photos.std(axis=(0, 1, 2))
    result: Floats = frozen(photos)
    return result


def _check_patch(height: int, width: int, photos: Floats) -> None:
    if height > photos.shape[1] or width > photos.shape[2]:
        raise UsageError(
            f"patch of {height}x{width}: the photographs have {photos.shape[1]}x{photos.shape[2]} pixels",
            "ask for smaller images",
        )


def load_digits(name: str, plan: Plan, *, size: int = 8, channels: int = 1, flatten: bool = False) -> DataSet:
    """Digits (N, size, size, channels), or flattened, float32 in [0, 1]; every channel holds the same image."""
    images, labels = sklearn_sets.digits()
    gray = resize(images, positive("size", size), size)
    values = np.repeat(gray[..., None], positive("channels", channels), axis=-1).astype(np.float32)
    parts = cut(plan, flat(values) if flatten else values, labels, labelled=True)
    return DataSet(name, "image", "classification", *parts, classes=tuple("0123456789"))


def load_photos(name: str, plan: Plan, *, size: int = 32, flatten: bool = False) -> DataSet:
    """Which photograph is this tile from? Tiles (N, size, size, 3), float32 in [0, 1]; no two tiles overlap."""
    photos = sklearn_sets.photos()
    _check_patch(positive("size", size), size, photos)
    rows, columns = photos.shape[1] // size, photos.shape[2] // size
    grid = photos[:, : rows * size, : columns * size].reshape(2, rows, size, columns, size, 3)
    tiles = grid.swapaxes(2, 3).reshape(-1, size, size, 3).astype(np.float32)
    labels = np.repeat(np.arange(2), rows * columns)
    parts = cut(plan, flat(tiles) if flatten else tiles, labels, labelled=True)
    return DataSet(name, "image", "classification", *parts, classes=PHOTOS)


def flat(images: Array) -> Array:
    """Images (N, H, W, C) -> (N, H*W*C), channels last."""
    return images.reshape(len(images), -1)
