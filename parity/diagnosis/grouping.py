"""Features that are cut into parts or turned in pairs: the same layer, read in another way behind it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, combinations, permutations

from numpy.typing import NDArray

from parity.diagnosis.alignment import SUMS, above
from parity.diagnosis.cuts import equal_parts, shared_parts, unlike
from parity.hypotheses import PRODUCTS
from parity.hypotheses.kinds import APPLIED, NORMS
from parity.kinds import MIXING, SPREADS, STATISTICS
from parity.matching import upstream
from parity.recording import Event, Probe, Trial

FEW_PARTS, MOST_PARTS = 4, 9
"""So many parts are tried in every order, and so many at all."""
JOINED = frozenset({"stack", "concatenate", "view_as_real"})
"""What puts the turned halves of a rotary embedding together again."""
TURNED = frozenset({"subtract", "neg", "view_as_real"})
OVER = {"channels": "norm-layer-axes", "space": "norm-axis", "sample": "norm-axis"}
"""The axes that a norm of the reference may work on, with the rule for one that works on others."""

Regrouping = tuple[str, dict[int, Probe]]
Turned = tuple[NDArray, NDArray]
"""The value of a layer, and what a rotary embedding makes of it."""


def parts_exchanged(events: Sequence[Event], t: int, anchors: Collection[int]) -> Iterator[Regrouping]:
    """Parts of a layer in front of ``t`` in another order: value and gate, scale and shift."""
    for layer in _cut_layers(events, t, anchors):
        read = sum(layer in event.sources for event in events)
        for count in sorted({2, 3, *(() if read > MOST_PARTS else (read,))} - {0, 1}):
            for order in _orders(count) if events[layer].shape[-1] % count == 0 else ():
                yield "split-order", {layer: _altered("parts permuted", order=order)}


def cut_otherwise(events: Sequence[Event], t: int, anchors: Collection[int]) -> Iterator[Regrouping]:
    """Features of a layer in front of ``t`` cut into parts and heads in another order: queries, keys and values."""
    between = [events[n] for n in (*sorted(above(events, t, anchors)), t)]
    nearest = {layer for layer in upstream(events, _cuttable(events, anchors))[t] if layer >= 0}
    with_heads = [n for n in sorted(nearest) if events[n].kind in MIXING and _has_heads(events[n], between)]
    parts = (3, 2) if len(with_heads) == 1 else (2,)  # beside a layer of queries, the other holds keys and values
    packed = {n: _cut_by_heads(events[n], between, parts) for n in _widest(events, with_heads)}
    plain = {n: equal_parts(events[n].shape[-1], _few_parts(events, n), 1) for n in _cut_layers(events, t, anchors)}
    for layer, ways in (packed or plain).items():
        for index in unlike(ways):
            yield "split-order", {layer: _altered("features taken", index=index)}


def _few_parts(events: Sequence[Event], number: int) -> int:
    """Three, such as scale, shift and gate, where so many operations read a value; else two."""
    return 3 if sum(number in event.sources for event in events) > 2 else 2


def _widest(events: Sequence[Event], layers: Sequence[int]) -> list[int]:
    """The one that makes more features than any other: layers of queries, keys and values hold no parts."""
    widths = {layer: events[layer].shape[-1] for layer in layers}
    widest = [layer for layer, width in widths.items() if width == max(widths.values())]
    return widest if len(widest) == 1 else []


def _has_heads(layer: Event, between: Sequence[Event]) -> bool:
    """What is made of a layer is an attention, or has an axis more."""
    return any(event.kind in PRODUCTS or len(event.shape) > len(layer.shape) for event in between)


def _cut_by_heads(layer: Event, between: Sequence[Event], numbers: Sequence[int]) -> Iterator[NDArray]:
    """Every other way to cut a layer into queries, keys and values, or into so many of them."""
    width, shapes = layer.shape[-1], {event.shape for event in between if len(event.shape) in (3, 4)}
    heads = {n for shape in shapes for n in (shape[1:3] if len(shape) == 4 else [shape[0] // layer.shape[0]])}
    for parts in numbers:
        wanted = {1, *heads, *(width // parts // shape[-1] for shape in shapes)} - {0}
        yield from chain.from_iterable(equal_parts(width, parts, number) for number in sorted(wanted, reverse=True))
    for number in sorted(heads, reverse=True):
        yield from chain.from_iterable(shared_parts(width, number, shared) for shared in range(1, number))


def _orders(count: int) -> Iterator[tuple[int, ...]]:
    """Every order of a few parts; of many, those in which two change places or all move on."""
    plain = tuple(range(count))
    if count <= FEW_PARTS:
        yield from list(permutations(plain))[1:]
        return
    for first, second in combinations(plain, 2):
        yield tuple({first: second, second: first}.get(place, place) for place in plain)
    for step in plain[1:]:
        yield plain[step:] + plain[:step]


def axes_exchanged(events: Sequence[Event], t: int, anchors: Collection[int]) -> Iterator[Regrouping]:
    """Features that a view in front of ``t`` cuts into two axes, with the two in the other order: anchors, classes."""
    nearest = sorted(upstream(events, _cuttable(events, anchors))[t])
    widths = {layer: events[layer].shape[-1] for layer in nearest if layer >= 0 and events[layer].kind in MIXING}
    for layer, width in widths.items():
        for parts in (n for n in range(2, width) if width % n == 0):
            yield "reshape-order", {layer: _altered("features regrouped", parts=parts)}
    if len(widths) > 1:
        yield from _all_cut(widths)


def _all_cut(widths: Mapping[int, int]) -> Iterator[Regrouping]:
    """Features of several layers, by number, cut alike: into as many parts, or into parts of one size."""
    shared, widest = math.gcd(*widths.values()), max(widths.values())
    for number in (n for n in range(2, min(shared + 1, widest)) if shared % n == 0):  # into all its features is uncut
        yield "reshape-order", {layer: _altered("features regrouped", parts=number) for layer in widths}
        sizes = {layer: width // number for layer, width in widths.items()}
        yield "reshape-order", {layer: _altered("features regrouped", parts=size) for layer, size in sizes.items()}


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


def pairs_turned(events: Sequence[Event], t: int, anchors: Collection[int]) -> Iterator[Regrouping]:
    """The same where ``t`` is the last step of one such embedding, whose features have an order that shows there."""
    between, head = sorted(above(events, t, anchors)), events[t].shape[-1]
    layers = [n for n in upstream(events, _cuttable(events, anchors))[t] if n >= 0 and events[n].kind in MIXING]
    turns = any(events[n].kind in TURNED for n in between) and events[t].kind in {"add", *JOINED}
    if not turns or len(layers) != 1 or head % 2 or events[layers[0]].shape[-1] % head:
        return
    for inverse in (False, True):
        yield (
            "rotary-pairs",
            {
                layers[0]: _altered("features paired", head=head, share=events[layers[0]].shape[-1], inverse=inverse),
                t: _altered("features paired", head=head, share=head, inverse=not inverse),
            },
        )


def angles_exchanged(
    events: Sequence[Event], t: int, anchors: Collection[int], turned: Mapping[int, Turned]
) -> Iterator[Regrouping]:
    """Rotary embeddings in front of ``t`` turn the same pairs by other angles.

    Args:
        turned: by the number of a matched layer, its value in the reference and that turned.
    """
    nearest = upstream(events, _cuttable(events, anchors))
    ends = {}
    for n in sorted(above(events, t, anchors)):
        layers = set(nearest[n])
        if len(layers) == 1 and layers <= turned.keys() and events[n].kind in {*JOINED, "add"}:
            ends[next(iter(layers))] = n
    if ends:
        both = {layer: dict(zip(("given", "value"), turned[layer], strict=True)) for layer in ends}
        yield "position-table", {n: _altered("turned otherwise", **both[layer]) for layer, n in ends.items()}


def other_axes_of_norms(events: Sequence[Event], t: int, anchors: Collection[int]) -> Iterator[Regrouping]:
    """A norm written by hand in front of ``t``, whose mean and variance are taken over other axes."""
    found = [n for n in sorted(above(events, t, anchors)) if events[n].kind in STATISTICS and events[n].layer is None]
    kinds = [events[n].kind for n in found]
    if len(kinds) < 2 and not set(kinds) & set(SPREADS):
        return
    for over, rule in OVER.items():
        yield rule, {n: _altered("statistic over", over=over) for n in found}


def terms_turned(events: Sequence[Event], t: int, anchors: Collection[int]) -> Iterator[Regrouping]:
    """Terms in front of ``t`` that are the same along one axis, added along another: positions in rows and columns."""
    sums = [n for n in sorted(above(events, t, anchors)) if events[n].kind in SUMS and len(events[n].shape) > 2]
    for axes in ((-1, -2), (-2, -3)) if sums else ():
        yield "permute-axes", {n: _altered("term turned", axes=axes) for n in sums}


def heads_exchanged(events: Sequence[Event], t: int, anchors: Collection[int]) -> Iterator[Regrouping]:
    """Key heads that several query heads share in front of ``t``: one after the other, or all of them in turn."""
    found = [n for n in sorted(above(events, t, anchors)) if events[n].kind in PRODUCTS and len(events[n].shape) == 4]
    for heads in {events[n].shape[1] for n in found}:
        for shared in (n for n in range(2, heads) if heads % n == 0):
            yield "attention-grouped-heads", {n: _altered("heads shared otherwise", shared=shared) for n in found}


def _cut_layers(events: Sequence[Event], t: int, anchors: Collection[int]) -> list[int]:
    """Layers in front of ``t`` whose output reaches it by more than one way, or in part."""
    nearest = [layer for layer in upstream(events, _cuttable(events, anchors))[t] if layer >= 0]
    between = {t, *above(events, t, anchors)}
    readers = {layer: [n for n in between if layer in events[n].sources] for layer in nearest}
    cut = [n for n, by in readers.items() if len(by) > 1 or events[by[0]].kind == "glu" or _takes_part(events, t, n)]
    sums = [n for n in events[t].sources if n in between and events[n].kind == "add" and _takes_part(events, t, n)]
    return [n for n in cut if events[n].kind in MIXING] + sums


def _takes_part(events: Sequence[Event], t: int, number: int) -> bool:
    """What is given an equal share of the features of a layer, or of a sum of layers, and no more."""
    plain = events[t].kind in NORMS | APPLIED
    taken = events[t].shape[-1:] if plain else events[t].given[-1:]
    made = events[number].shape[-1]
    return bool(taken) and made > taken[0] > 1 and made % taken[0] == 0


def _head(event: Event) -> int:
    """Features that turn together: the last axis, or the last two where pairs have an axis of their own."""
    return event.shape[-2] * 2 if event.shape[-1] == 2 else event.shape[-1]


def _cuttable(events: Sequence[Event], anchors: Collection[int]) -> set[int]:
    """Matched layers, and those that hold several of Keras in one."""
    return {*anchors, *(n for n, event in enumerate(events) if event.layer and event.kind in MIXING)}


def _altered(action: str, **options: object) -> Probe:
    return Probe(alter=Trial("split-order", action, options))
