"""Layers that are given something else and come to the same in the end: A (X W) is (A X) W.

On the inputs of its twin such a layer parts, and it is no fault for all that. It shows where the layers behind it meet:
between the layers that do agree, each side is left to itself, and values are looked for that both of them come to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from parity.compare import PROOF_BOUND
from parity.diagnosis.alignment import Alignment
from parity.diagnosis.probing import Probing
from parity.matching import lie_alike, options_around
from parity.recording import Event


def without_rearranged(alignment: Alignment, probing: Probing, bad: Sequence[int]) -> Alignment:
    """With anchors where the two sides meet again, in place of the layers among ``bad`` in front of them."""
    good = {k: t for k, t in alignment.anchors.items() if k not in bad}
    meeting = _meeting(alignment, probing, bad, good)
    ends = {number for numbers in probing.keras.ends.values() for number in numbers}
    ways = {k: _ways(alignment.keras, k, meeting, good.keys() | ends) for k in bad}
    harmless = {k for k, (meets, missed) in ways.items() if meets and not missed}
    if not harmless:
        return alignment
    met = {k: meeting[k] for number in harmless for k in ways[number][0]}
    anchors = {k: t for k, t in alignment.anchors.items() if k not in harmless and t not in met.values()} | met
    anchors = dict(sorted(anchors.items()))
    options = options_around(alignment.keras, alignment.torch, anchors)
    return replace(alignment, anchors=anchors, options=options)


def _meeting(alignment: Alignment, probing: Probing, bad: Sequence[int], good: Mapping[int, int]) -> dict[int, int]:
    """Operations behind layers that part, with one of PyTorch that gives the same, only the others being replaced."""
    ours = _behind(alignment.keras, bad, good.keys())
    theirs = _behind(alignment.torch, [alignment.anchors[k] for k in bad], good.values())
    options = {
        k: [t for t in sorted(theirs) if lie_alike(alignment.torch[t].shape, alignment.keras[k].shape)]
        for k in sorted(ours)
    }
    run = probing.run(probing.forced(good) | probing.compared(options))
    equal = {k: [t for t in numbers if run.figure(k, t) <= PROOF_BOUND] for k, numbers in options.items()}
    return {k: numbers[0] for k, numbers in equal.items() if numbers}


def _behind(events: Sequence[Event], starts: Collection[int], stops: Collection[int]) -> set[int]:
    """``starts`` and what comes from them, up to ``stops``."""
    found = set(starts)
    for number, event in enumerate(events):
        if number not in stops and found & set(event.sources):
            found.add(number)
    return found


def _ways(
    events: Sequence[Event], start: int, meeting: Collection[int], ends: Collection[int]
) -> tuple[set[int], bool]:
    """Where the ways from ``start`` first meet the other side; does one of them get to the end without?"""
    meets, reached = set[int](), {start} - set(meeting)
    meets |= {start} & set(meeting)
    for number in range(start + 1, len(events)):
        if reached & set(events[number].sources):
            (meets if number in meeting else reached).add(number)
    return meets, bool(reached & set(ends))
