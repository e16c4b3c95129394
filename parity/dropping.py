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
INSIDE = -1
"""In place of how many numbers drop, where that happens inside a layer."""
SINGLE = 1e-6
"""Rates of blocks are often spaced in float32."""


def unlike_drops(keras: Trace, torch: Trace, match: Match) -> tuple[Unlike, ...]:
    """Dropouts of the same value that drop more or other parts of it, or put something else there; one alone is none.

    Args:
        keras, torch: runs of both models.
        match: their layers.
    """
    anchors, _ = match_events(keras.events, torch.events, match)
    stacks = {part: parts[-1] for parts in match.fused.values() for part in parts[:-1]}
    ours = _by_place(keras, anchors, {k: k for k in anchors}, stacks)
    theirs = _by_place(torch, anchors.values(), {t: k for k, t in anchors.items()}, {})
    pairs = [pair for place in ours if place in theirs for pair in _paired(ours[place], theirs[place])]
    found = [(_rule(one, other), one, other) for one, other in pairs]
    return tuple((rule, one, other) for rule, one, other in found if rule is not None)


def _by_place(
    trace: Trace, anchors: Collection[int], numbers: Mapping[int, int], stacks: Mapping[str, str]
) -> Mapping[Place, list[Event]]:
    """What drops, by the matched layers that its value comes from, in Keras numbers, and by how many numbers it has.

    Of the weights of an attention, and between layers that are one on the other side, by the layer behind it.

    Args:
        stacks: layers that are one with others on the other side, each with the last of these.
    """
    nearest, places = upstream([*trace.events, *trace.drops], anchors), defaultdict[Place, list[Event]](list)
    for drop, layers in zip(trace.drops, nearest[len(trace.events) :], strict=True):
        behind = _layer_behind(trace.events, drop, anchors, stacks)
        place = frozenset(layers) if behind is None else frozenset({behind})
        count = drop.attributes["numbers"] if behind is None else INSIDE
        places[frozenset(numbers.get(n, n) for n in place), count].append(drop)
    return places


def _layer_behind(
    events: Sequence[Event], drop: Event, anchors: Collection[int], stacks: Mapping[str, str]
) -> int | None:
    """The matched layer that takes what is dropped inside an attention or a stack; None for any other dropout."""
    source = drop.sources[0] if len(drop.sources) == 1 else -1
    if source < 0:
        return None
    last = stacks.get(events[source].layer or "")
    if last is not None:
        return next((n for n in anchors if n > source and events[n].layer == last), None)
    if drop.attributes.get("inside") and source in anchors:
        return source
    weights = events[source].kind == "softmax" and events[source].shape == drop.shape
    return _first_behind(events, source, anchors) if weights or drop.attributes.get("inside") else None


def _first_behind(events: Sequence[Event], number: int, anchors: Collection[int]) -> int | None:
    """The first matched layer that a value reaches."""
    reached = {number}
    for n in range(number + 1, len(events)):
        if reached & set(events[n].sources):
            if n in anchors:
                return n
            reached.add(n)
    return None


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
    if shared[0] == shared[1] or None in shared:
        alike = math.isclose(keras.attributes["rate"], torch.attributes["rate"], rel_tol=SINGLE)
        return None if alike else "dropout-rate"
    whole = any(len(each) > 1 and _all_axes(each, event) for each, event in zip(shared, (keras, torch), strict=True))
    return "dropout-stochastic-depth" if whole else "dropout-channels"


def _all_axes(shared: Sequence[int], event: Event) -> bool:
    """One draw holds for a whole sample."""
    return sorted(shared) == sorted(size for size in event.shape[1:] if size > 1)
