"""Features that are cut into parts or turned in pairs: the same layer, read in another way behind it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import permutations

from parity.diagnosis.alignment import above
from parity.kinds import SPREADS, STATISTICS
from parity.matching import upstream
from parity.recording import Event, Probe, Trial

CUT = frozenset({"dense", "conv1d", "conv2d", "conv3d"})
"""Layers whose output is made to be cut."""
JOINED = frozenset({"stack", "concatenate", "view_as_real"})
"""What puts the turned halves of a rotary embedding together again."""
TURNED = frozenset({"subtract", "neg", "view_as_real"})
OVER = {"channels": "norm-layer-axes", "space": "norm-axis", "sample": "norm-axis"}
"""The axes that a norm of the reference may work on, with the rule for one that works on others."""

Regrouping = tuple[str, dict[int, Probe]]


def parts_exchanged(events: Sequence[Event], t: int, anchors: Collection[int]) -> Iterator[Regrouping]:
    """Halves or thirds of a layer in front of ``t`` in another order: value and gate, scale and shift."""
    for layer in _cut_layers(events, t, anchors):
        for count in (2, 3):
            for order in list(permutations(range(count)))[1:]:
                if events[layer].shape[-1] % count == 0:
                    yield "split-order", {layer: _altered("parts permuted", order=order)}


def axes_exchanged(events: Sequence[Event], t: int, anchors: Collection[int]) -> Iterator[Regrouping]:
    """Features that a view in front of ``t`` cuts into two axes, with the two in the other order: anchors, classes."""
    for layer in sorted(upstream(events, _cuttable(events, anchors))[t]):
        if layer >= 0 and events[layer].kind in CUT:
            width = events[layer].shape[-1]
            for parts in (n for n in range(2, width) if width % n == 0):
                yield "reshape-order", {layer: _altered("features regrouped", parts=parts)}


def pairs_exchanged(events: Sequence[Event], t: int, anchors: Collection[int]) -> Iterator[Regrouping]:
    """Rotary embeddings in front of ``t`` turn halves together, or neighbours."""
    between = sorted(above(events, t, anchors))
    joins = [n for n in between if events[n].kind in JOINED]
    if not joins or not any(events[n].kind in TURNED for n in between):
        return
    nearest, head = upstream(events, _cuttable(events, anchors)), _head(events[joins[0]])
    layers = sorted({layer for n in joins for layer in nearest[n] if layer >= 0})
    packed = len(layers) == 1  # queries, keys and values of one layer: values are not turned
    for inverse in (False, True):
        altered = {
            layer: _altered(
                "features paired",
                head=head,
                share=2 * events[layer].shape[-1] // 3 if packed else events[layer].shape[-1],
                inverse=inverse,
            )
            for layer in layers
        }
        yield "rotary-pairs", altered


def other_axes_of_norms(events: Sequence[Event], t: int, anchors: Collection[int]) -> Iterator[Regrouping]:
    """A norm written by hand in front of ``t``, whose mean and variance are taken over other axes."""
    found = [n for n in sorted(above(events, t, anchors)) if events[n].kind in STATISTICS and events[n].layer is None]
    kinds = [events[n].kind for n in found]
    if len(kinds) < 2 and not set(kinds) & set(SPREADS):
        return
    for over, rule in OVER.items():
        yield rule, {n: _altered("statistic over", over=over) for n in found}


def _cut_layers(events: Sequence[Event], t: int, anchors: Collection[int]) -> list[int]:
    """Layers in front of ``t`` whose output reaches it by more than one way."""
    nearest = [layer for layer in upstream(events, _cuttable(events, anchors))[t] if layer >= 0]
    between = {t, *above(events, t, anchors)}
    readers = {layer: [n for n in between if layer in events[n].sources] for layer in nearest}
    return [n for n, by in readers.items() if events[n].kind in CUT and (len(by) > 1 or events[by[0]].kind == "glu")]


def _head(event: Event) -> int:
    """Features that turn together: the last axis, or the last two where pairs have an axis of their own."""
    return event.shape[-2] * 2 if event.shape[-1] == 2 else event.shape[-1]


def _cuttable(events: Sequence[Event], anchors: Collection[int]) -> set[int]:
    """Matched layers, and those that hold several of Keras in one."""
    return {*anchors, *(n for n, event in enumerate(events) if event.layer and event.kind in CUT)}


def _altered(action: str, **options: object) -> Probe:
    return Probe(alter=Trial("split-order", action, options))
