"""What the two models drop at random in one place, but not alike: no run shows it, for masks are never the same."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from parity.matching import Match, match_events, upstream
from parity.recording import Event, Trace

Place = tuple[frozenset[int], int]
Unlike = tuple[str, Event, Event]
"""Rule, and what drops on either side."""
SINGLE = 1e-6
"""Rates of blocks are often spaced in float32."""


def unlike_drops(keras: Trace, torch: Trace, match: Match) -> tuple[Unlike, ...]:
    """Dropouts of the same value that drop more or other parts of it, or put something else there; one alone is none.

    Args:
        keras, torch: runs of both models.
        match: their layers.
    """
    anchors, _ = match_events(keras.events, torch.events, match)
    ours = _by_place(keras, anchors, {k: k for k in anchors})
    theirs = _by_place(torch, anchors.values(), {t: k for k, t in anchors.items()})
    pairs = [pair for place in ours if place in theirs for pair in _paired(ours[place], theirs[place])]
    found = [(_rule(one, other), one, other) for one, other in pairs]
    return tuple((rule, one, other) for rule, one, other in found if rule is not None)


def _by_place(trace: Trace, anchors: Collection[int], numbers: Mapping[int, int]) -> Mapping[Place, list[Event]]:
    """What drops, by the matched layers that its value comes from, in Keras numbers, and by how many numbers it has."""
    nearest, places = upstream([*trace.events, *trace.drops], anchors), defaultdict[Place, list[Event]](list)
    for drop, layers in zip(trace.drops, nearest[len(trace.events) :], strict=True):
        places[frozenset(numbers.get(n, n) for n in layers), drop.attributes["numbers"]].append(drop)
    return places


def _paired(ours: Sequence[Event], theirs: Sequence[Event]) -> list[tuple[Event, Event]]:
    """In order where there are as many; else only what has nothing like it on the other side."""
    if len(ours) == len(theirs):
        return list(zip(ours, theirs, strict=True))
    alike = any(_rule(one, other) is None for one in ours for other in theirs)
    return [] if alike else [(ours[0], theirs[0])]


def _rule(keras: Event, torch: Event) -> str | None:
    """The rule of what differs between the two; None where they drop alike."""
    kinds, shared = {keras.kind, torch.kind}, (keras.attributes["shared"], torch.attributes["shared"])
    if len(kinds) == 2:
        return "dropout-alpha" if "alpha_dropout" in kinds else "dropout-gaussian"
    if shared[0] == shared[1]:
        alike = math.isclose(keras.attributes["rate"], torch.attributes["rate"], rel_tol=SINGLE)
        return None if alike else "dropout-rate"
    whole = any(len(each) > 1 and _all_axes(each, event) for each, event in zip(shared, (keras, torch), strict=True))
    return "dropout-stochastic-depth" if whole else "dropout-channels"


def _all_axes(shared: Sequence[int], event: Event) -> bool:
    """One draw holds for a whole sample."""
    return sorted(shared) == sorted(size for size in event.shape[1:] if size > 1)
