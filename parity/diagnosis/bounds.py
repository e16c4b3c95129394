"""Rectifiers of one value here, of which only one ends at a bound, or is there at all: other numbers would tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from parity.recording import Event

BOUND = "max_value"
CUTTING = frozenset({"clamp", "clip", "minimum", "hardtanh"})
"""What may bound a value in an operation of its own."""


RECTIFYING = frozenset({"relu", "leaky_relu", "abs", "absolute", "maximum", "clamp", "clip"})
"""What changes nothing where all numbers are above zero."""


def lone_rectifiers(keras: Sequence[Event], torch: Sequence[Event]) -> bool:
    """One side has more of them, which may have changed nothing."""
    ours, theirs = (sum(event.kind in RECTIFYING for event in events) for events in (keras, torch))
    return ours != theirs


def unlike_bounds(
    keras: Sequence[Event], torch: Sequence[Event], partners: Mapping[int, int]
) -> Iterator[tuple[Event, Event]]:
    """Of operations that are equal, by number, the rectifiers that state other bounds, and nothing cuts behind them."""
    for k, t in partners.items():
        ours, theirs = keras[k], torch[t]
        stated = [event.attributes.get(BOUND) for event in (ours, theirs)]
        unlike = ours.kind == theirs.kind == "relu" and stated[0] != stated[1]
        if unlike and not (_is_cut(keras, k) or _is_cut(torch, t)):
            yield ours, theirs


def _is_cut(events: Sequence[Event], number: int) -> bool:
    return any(event.kind in CUTTING for event in events if number in event.sources)
