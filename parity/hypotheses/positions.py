"""Positions of tokens: rows of a table that begin elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from parity.hypotheses.suspect import Suspect
from parity.recording import Event, Trial

OFFSETS = (-2, -1, 1, 2)


def looked_up(suspect: Suspect) -> Iterator[Trial]:
    """Other rows of an embedding."""
    if suspect.torch.kind == "embedding":
        for shift in OFFSETS:
            yield Trial("position-offset", "shift rows", {"shift": shift})


def added(suspect: Suspect) -> Iterator[Trial]:
    """Other rows of what is added to every sample, another factor of what it is added to, or another fixed table."""
    value, given = suspect.value, suspect.inputs[0] if suspect.inputs else None
    if suspect.torch.kind == "add" and value is not None and given is not None and value.shape == given.shape:
        yield Trial("position-offset", "addend shifted", {"value": (value - given)[:1]})
        yield Trial("scale-other", "scaled input", {"value": value})
        if all(map(_adds_a_constant, (suspect.keras, suspect.torch))):
            yield Trial("position-table", "another table", {"value": value})


def _adds_a_constant(event: Event) -> bool:
    """To its one input; a table that is learnt is a tensor of the model and was copied."""
    return len(event.sources) == 1 and "tensors" not in event.attributes
