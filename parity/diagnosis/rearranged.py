"""Layers that are given something else and come to the same in the end: A (X W) is (A X) W.

On the inputs of its twin such a layer parts, and it is no fault for all that; nor is one whose tokens stand in another
order until they are put back. It shows where the sides meet again: from that layer on PyTorch is left to itself, and
operations are looked for that give what one of Keras gives. They take the place of the layers in front of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from parity.compare import PROOF_BOUND
from parity.diagnosis.alignment import Alignment
from parity.diagnosis.probing import Probing, Run
from parity.matching import options_around
from parity.recording import Event
from parity.shapes import lie_alike
from parity.surroundings import downstream

FEW = 8
"""So many layers that part are looked at, the first ones."""
NEAR = 80
"""So many operations behind each of them, on either side."""


def without_rearranged(alignment: Alignment, probing: Probing, bad: Sequence[int]) -> Alignment:
    """With anchors where the two sides meet again, in place of layers that part and of those behind them."""
    for _ in range(FEW):
        passed = next((found for k in bad[:FEW] if (found := _passed(alignment, probing, k)) is not None), None)
        if passed is None:
            break
        alignment, run = passed, probing.run(probing.forced(passed.anchors))
        bad = [k for k, t in alignment.anchors.items() if run.figure(k, t) > PROOF_BOUND]
    return alignment


def _passed(alignment: Alignment, probing: Probing, k: int) -> Alignment | None:
    """Without layer ``k``, if all ways from it lead through values that PyTorch comes to as well."""
    behind = sorted(downstream(alignment.keras, {k}))
    theirs = sorted(downstream(alignment.torch, {alignment.anchors[k]}))
    before = {n: t for n, t in alignment.anchors.items() if n not in behind}
    meeting = _meeting(alignment, probing, before, behind, theirs)
    ends = {number for numbers in probing.keras.ends.values() for number in numbers}
    meets, between, missed = _ways(alignment.keras, k, meeting, ends)
    if missed or not meets:
        return None
    met = {n: meeting[n] for n in meets}
    kept = {n: t for n, t in alignment.anchors.items() if n not in between and t not in met.values()}
    anchors = dict(sorted((kept | met).items()))
    options = options_around(alignment.keras, alignment.torch, anchors)
    return replace(alignment, anchors=anchors, options=options)


def _meeting(
    alignment: Alignment, probing: Probing, before: Mapping[int, int], ours: Sequence[int], theirs: Sequence[int]
) -> dict[int, int]:
    """Operations among ``ours`` with one among ``theirs`` of the same value, only what is ``before`` being replaced."""
    shapes = {t: alignment.torch[t].shape for t in theirs[:NEAR]}
    options = {k: [t for t, shape in shapes.items() if lie_alike(shape, alignment.keras[k].shape)] for k in ours[:NEAR]}
    run: Run = probing.run(probing.forced(before) | probing.compared(options))
    equal = {k: [t for t in numbers if run.figure(k, t) <= PROOF_BOUND] for k, numbers in options.items()}
    return {
        k: alignment.anchors[k] if alignment.anchors.get(k) in found else found[0]
        for k, found in equal.items()
        if found
    }


def _ways(
    events: Sequence[Event], start: int, meeting: Collection[int], ends: Collection[int]
) -> tuple[set[int], set[int], bool]:
    """Where the ways from ``start`` first meet the other side, what is passed before, and does one miss it?"""
    meets, between = ({start}, set[int]()) if start in meeting else (set[int](), {start})
    for number in range(start + 1, len(events)):
        if between & set(events[number].sources):
            (meets if number in meeting else between).add(number)
    return meets, between, bool(between & set(ends))
