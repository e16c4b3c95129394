"""Pictures of three colours, straight from the inputs of the model: how they become grey, and their order."""

from __future__ import annotations

from collections.abc import Iterator

from numpy.typing import NDArray

from parity.hypotheses.suspect import Suspect
from parity.recording import Trial

COLOURS = 3


def grey(suspect: Suspect) -> Iterator[Trial]:
    """Both make one sum of the three colours, each with other weights."""
    if suspect.value is None or suspect.weights or not suspect.straight:
        return
    for picture in (*suspect.inputs, *suspect.images):
        if _is_coloured(picture):
            yield Trial("data-greyscale", "grey by weights", {"picture": picture, "reference": suspect.value})


def colours_turned(suspect: Suspect) -> Iterator[Trial]:
    """One of them takes red for blue."""
    if suspect.straight and suspect.inputs and _is_coloured(suspect.inputs[0]):
        yield Trial("data-channel-order", "colours turned", {"value": suspect.inputs[0]})


def _is_coloured(picture: NDArray) -> bool:
    return picture.ndim == 4 and picture.shape[-1] == COLOURS
