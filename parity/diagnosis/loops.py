"""A recurrence that code for PyTorch writes as a loop over a cell: what it begins with, and what every round takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from numpy.typing import NDArray

from parity.diagnosis.faults import LAST_RESORT
from parity.diagnosis.sites import LOOP
from parity.recording import Event, Probe, Trial

Way = tuple[str, Mapping[int, Probe]]
"""The rule of what is taken away, and how, by Torch number."""
SHIFTS = (1, -1, 2, -2)
"""So many steps too early or too late a loop reads its sequence."""


def rounds(events: Sequence[Event], kind: str) -> list[int]:
    """The runs of the last cell of this kind that a loop calls."""
    cells = [event.layer for event in events if event.kind == kind and event.layer is not None]
    looped = [cell for cell, runs in Counter(cells).items() if runs >= LOOP]
    return [n for n, event in enumerate(events) if event.layer == looped[-1]] if looped else []


def ways(numbers: Sequence[int], steps: NDArray) -> Iterator[Way]:
    """What a loop may do otherwise, each taken away.

    Args:
        numbers: its rounds.
        steps: the sequence (B, T, C) that the reference goes through.
    """
    first, *others = numbers
    length = steps.shape[1]
    for begin in ("from zeros", "from layer before"):
        yield "recurrent-initial-state", {first: _altered("recurrent-initial-state", begin)}
    yield "recurrent-initial-state", {n: _altered("recurrent-initial-state", "carried on") for n in others}
    if len(numbers) == length - 1:
        yield "crop-place", {first: _altered("crop-place", "step before", steps=steps)}
    if len(numbers) != length:
        return
    yield _read(numbers, steps, "recurrent-backwards-order", list(range(length))[::-1])
    for shift in SHIFTS:
        yield _read(numbers, steps, "crop-place", [min(max(n + shift, 0), length - 1) for n in range(length)])
    yield LAST_RESORT, {n: _altered(LAST_RESORT, "at step", steps=steps, step=step) for step, n in enumerate(numbers)}


def _read(numbers: Sequence[int], steps: NDArray, rule: str, own: Sequence[int]) -> Way:
    """Every round on its step, where it takes one's own."""
    taken = zip(numbers, own, strict=True)
    return rule, {n: _altered(rule, "at step", steps=steps, own=at, step=step) for step, (n, at) in enumerate(taken)}


def _altered(rule: str, action: str, **options: object) -> Probe:
    return Probe(alter=Trial(rule, action, options))
