"""Padding at the ends of token sequences that one side leaves out by hand."""

from __future__ import annotations

from collections.abc import Iterator

from parity.hypotheses.suspect import Suspect
from parity.recording import Trial


def weights_of_padding(suspect: Suspect) -> Iterator[Trial]:
    """Weights over the steps of a sequence: one side gives padding none."""
    if suspect.lengths is None or {suspect.keras.kind, suspect.torch.kind} != {"softmax"}:
        return
    yield Trial("attention-mask-missing", "softmax without padding", {"lengths": suspect.lengths})
    if suspect.inputs:
        given = {"value": suspect.inputs[0], "lengths": suspect.lengths}
        yield Trial("attention-mask-missing", "softmax with padding", given)


def pooled_padding(suspect: Suspect) -> Iterator[Trial]:
    """A mean, sum or maximum over the steps that one side takes over padding too."""
    steps = next((value for value in suspect.inputs if value.ndim == 3), None)
    pooled = suspect.value is not None and suspect.value.ndim == 2
    if suspect.lengths is not None and pooled and steps is not None:
        yield Trial("pool-global-mask", "pooled padding", {"value": steps, "lengths": suspect.lengths})
