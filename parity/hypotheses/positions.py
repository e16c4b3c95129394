"""Positions of tokens: rows of a table that begin elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parity.hypotheses.attention import PRODUCTS, SUMS
from parity.hypotheses.factors import WAVES
from parity.hypotheses.suspect import Suspect
from parity.recording import Event, Trial

OFFSETS = (-2, -1, 1, 2)
OTHER_TABLE = "another table"
"""What is done where both sides add a table."""


def looked_up(suspect: Suspect) -> Iterator[Trial]:
    """Other rows of an embedding."""
    if suspect.torch.kind == "embedding":
        for shift in OFFSETS:
            yield Trial("position-offset", "shift rows", {"shift": shift})
        if suspect.value is not None:
            yield Trial("position-offset", "counted otherwise", {"value": suspect.value})


def added(suspect: Suspect) -> Iterator[Trial]:
    """Other rows of what is added to every sample, another factor of what it is added to, or another fixed table."""
    value, given = suspect.value, suspect.inputs[0] if suspect.inputs else None
    if suspect.torch.kind not in SUMS or value is None or given is None or value.shape != given.shape:
        return
    if suspect.torch.kind == "add":
        yield Trial("position-offset", "addend shifted", {"value": (value - given)[:1]})
        yield Trial("scale-other", "scaled input", {"value": value})
    if not _learns(suspect.keras, suspect.before_keras) and not _learns(suspect.torch, suspect.before_torch):
        yield Trial("norm-epsilon", "epsilon of", {"value": value})
        yield Trial("scale-other", OTHER_TABLE, {"value": value, "multiple": True})
        yield Trial("position-table", OTHER_TABLE, {"value": value})


def beside(suspect: Suspect) -> Iterator[Trial]:
    """Another fixed table among the channels, as the coordinates of pixels are."""
    if suspect.torch.kind == "concatenate" and suspect.value is not None:
        yield Trial("position-table", "other joined tables", {"value": suspect.value})


def multiplied(suspect: Suspect) -> Iterator[Trial]:
    """Another fixed matrix that every sample is multiplied with, or another table of factors."""
    if suspect.value is None or not _has_a_constant(suspect.torch):
        return
    if suspect.torch.kind in PRODUCTS:
        yield Trial("position-table", "another matrix", {"value": suspect.value})
    if suspect.torch.kind == suspect.keras.kind == "multiply":
        yield Trial("position-table", "other factors", {"value": suspect.value})


def frequencies(suspect: Suspect) -> Iterator[Trial]:
    """Sines and cosines of one number of each sample, such as a time, with other frequencies."""
    before = {event.kind for event in suspect.before_torch}
    if suspect.torch.kind == "concatenate" and before >= WAVES and suspect.inputs and suspect.value is not None:
        options = {"value": suspect.inputs[0], "reference": suspect.value}
        yield Trial("scale-other", "other frequencies", {**options, "multiple": True})
        yield Trial("position-table", "other frequencies", {**options, "multiple": False})


def _learns(event: Event, before: Sequence[Event]) -> bool:
    """A table that is added is a tensor of the model, and was copied."""
    return "tensors" in event.attributes or sum(each.kind == "embedding" for each in before) > 1


def _has_a_constant(event: Event) -> bool:
    """Beside its one input."""
    return len(event.sources) == 1 and "tensors" not in event.attributes
