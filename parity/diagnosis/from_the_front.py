"""Operations that do the same with the same values, seen from the layers in front of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parity.kinds import SYNONYMS
from parity.recording import Event
from parity.shapes import lie_alike

POWERS = {"square": "pow", "power": "pow"}


def from_the_front(
    keras: Sequence[Event], torch: Sequence[Event], mine: Sequence[int], rest: Sequence[int], known: Mapping[int, int]
) -> dict[int, int]:
    """Operations of one kind that are fed by counterparts, one by one; of several that are, in their order.

    Args:
        mine, rest: what is to be paired, in execution order.
        known: what is paired already, Keras number -> Torch number.
    """
    pairs: dict[int, int] = {}
    for k in mine:
        both = {**known, **pairs}
        sources = sorted(n if n < 0 else both.get(n, -len(keras)) for n in keras[k].sources)
        taken = set(pairs.values())
        fed = [t for t in rest if t not in taken and sources and sorted(torch[t].sources) == sources]
        found = [t for t in fed if _same_kind(keras[k], torch[t]) and lie_alike(torch[t].shape, keras[k].shape)]
        if found:
            pairs[k] = found[0]
    return pairs


def _same_kind(event: Event, other: Event) -> bool:
    names = SYNONYMS | POWERS
    return names.get(event.kind, event.kind) == names.get(other.kind, other.kind)
