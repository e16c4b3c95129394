"""Inputs of the model and what is made of them first: channels are scaled, colours ordered, pictures become grey."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from parity.hypotheses.suspect import Suspect
from parity.recording import Trial

COLOURS, MOST = 3, 64
PREPARED = "prepared like"


def grey(suspect: Suspect) -> Iterator[Trial]:
    """Both make one sum of the three colours, each with other weights."""
    if suspect.value is None or suspect.weights or not suspect.straight:
        return
    for picture in (*suspect.inputs, *suspect.images):
        if _is_coloured(picture):
            yield Trial("data-greyscale", "grey by weights", {"picture": picture, "reference": suspect.value})


def prepared(suspect: Suspect) -> Iterator[Trial]:
    """Both have an input with each of its channels scaled and shifted: in another order, or by other numbers."""
    value = (suspect.inputs or (None,))[0] if suspect.weights else suspect.value
    if value is None:
        return
    for given in suspect.given:
        unpadded = _unpadded(value, given.shape) if suspect.weights else value
        if unpadded.shape != given.shape or given.shape[-1] > MOST:
            continue
        options = {"given": given, "value": unpadded, "handed": bool(suspect.weights)}
        if _is_coloured(given):
            yield Trial("data-channel-order", PREPARED, {**options, "reordered": True})
        yield Trial("preprocessing-inside", PREPARED, {**options, "reordered": False})


def _unpadded(value: NDArray, shape: tuple[int, ...]) -> NDArray:
    """Without the frame of zeros that a layer of Keras has put around an image; PyTorch's convolutions do that."""
    frame = [size - inner for size, inner in zip(value.shape, shape, strict=False)]
    if value.ndim != 4 or len(shape) != 4 or min(frame) < 0 or not any(frame):
        return value
    found: NDArray = value[tuple(slice(more // 2, more // 2 + inner) for more, inner in zip(frame, shape, strict=True))]
    return found if np.count_nonzero(found) == np.count_nonzero(value) else value


def _is_coloured(picture: NDArray) -> bool:
    return picture.ndim == 4 and picture.shape[-1] == COLOURS
