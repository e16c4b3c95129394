"""Inputs that no data set has: normal noise, random tokens, segment ids, masks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from parity.data.draws import Array, Draw, Request


def draw_noise(source: str, request: Request, *, vocabulary: int = 1000) -> Draw:
    """Standard normal numbers, or tokens in [1, vocabulary) for a whole-number input; random targets."""
    rng = request.rng()
    size = (request.count, *request.shape)
    whole = request.dtype.startswith(("int", "uint"))
    values: Array = rng.integers(1, vocabulary, size, dtype=np.int32) if whole else rng.standard_normal(size)
    labels = rng.integers(0, max(2, request.classes), request.count)
    return Draw(values, labels, rng.standard_normal((request.count, request.classes)))


def _normal(request: Request, earlier: Mapping[str, Array]) -> Array:
    return request.rng().standard_normal((request.count, *request.shape))


def _segments(request: Request, earlier: Mapping[str, Array]) -> Array:
    """0 up to a random position of each sample, then 1: both values occur when there is room."""
    length = request.shape[-1]
    starts = request.rng().integers(1, max(2, length), (request.count, *request.shape[:-1], 1))
    return (np.arange(length) >= starts).astype(np.int32)


def _mask(request: Request, earlier: Mapping[str, Array]) -> Array:
    """1 where the first earlier token input of this shape has a token, 0 where it is padding; else all ones."""
    size = (request.count, *request.shape)
    tokens = [a for a in earlier.values() if a.shape == size and np.issubdtype(a.dtype, np.integer)]
    mask = tokens[0] != 0 if tokens else np.ones(size, bool)
    return mask.astype(np.float64 if "float" in request.dtype else np.int32)


EXTRAS: Mapping[str, Callable[[Request, Mapping[str, Array]], Array]] = {
    "noise": _normal,
    "epsilon": _normal,
    "segments": _segments,
    "mask": _mask,
}
"""Inputs that are served by their name, beside any source."""
