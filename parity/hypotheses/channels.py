"""The channels of an image: which is red, and how much of each is grey."""

from __future__ import annotations

from collections.abc import Iterator

from parity.hypotheses.suspect import Suspect
from parity.recording import Trial

JOINING = "concatenate"


def grey(suspect: Suspect) -> Iterator[Trial]:
    """Another share of each channel in the grey of an image that comes from the inputs of the model."""
    if suspect.straight and suspect.value is not None and suspect.value.ndim > 2:
        yield Trial("data-greyscale", "other shares", {"value": suspect.value})


def red_and_blue(suspect: Suspect) -> Iterator[Trial]:
    """The channels of an image from the other end."""
    if suspect.straight and len(suspect.torch.shape) == 4:
        yield Trial("data-channel-order", "channels turned")


def halves(suspect: Suspect) -> Iterator[Trial]:
    """Two values that are joined the other way round in front of a function of single numbers."""
    if JOINING in {event.kind for event in suspect.before_torch}:
        yield Trial("concat-order", "halves exchanged")
