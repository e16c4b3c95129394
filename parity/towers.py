"""Towers that share their weights: Keras calls them one after the other, code of PyTorch once, with all samples.

Such calls are taken as one, on the samples of all of them in PyTorch's order, so that each operation has its twin.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from parity.kinds import family
from parity.recording import Event, Trace
from parity.shelf import Shelf, Writer

Key = tuple[object, ...]
"""What is equal in the towers: an operation with the places that its inputs come from."""


@dataclass(frozen=True)
class Towers:
    """A run of Keras in which calls of towers are one call.

    Args:
        trace: the run.
        members: the numbers, in the run as it was, of what each of its operations stands for.
    """

    trace: Trace
    members: tuple[tuple[int, ...], ...]

    def members_of(self, numbers: Iterable[int]) -> frozenset[int]:
        """Numbers in the run as it was."""
        return frozenset(member for number in numbers for member in self.members[number])

    def together(self, arrays: Mapping[int, NDArray]) -> dict[int, NDArray]:
        """Arrays by their number in the run as it was -> by number, of all towers."""
        parts = {n: [arrays[m] for m in members if m in arrays] for n, members in enumerate(self.members)}
        return {n: _beside(found) for n, found in parts.items() if found and len(found) == len(self.members[n])}


def as_one(keras: Trace, torch: Sequence[Event]) -> Towers:
    """Take towers as one where PyTorch concatenates the samples of their inputs."""
    groups = _groups(keras.events, torch)
    if not groups:
        return Towers(keras, tuple((n,) for n in range(len(keras.events))))
    members = tuple(_in_order(keras.events, groups))
    number = {m: n for n, each in enumerate(members) for m in each}
    towers = Towers(keras, members)
    trace = replace(
        keras,
        events=tuple(_joined([keras.events[m] for m in each], number) for each in members),
        values=_kept(keras.values, members),
        entering=towers.together(keras.entering),
        ends={name: tuple(sorted({number.get(n, n) for n in ends})) for name, ends in keras.ends.items()},
        drops=_drops(keras.drops, number, {number[group[0]]: len(group) for group in groups}),
        masks=towers.together(keras.masks),
    )
    return Towers(trace, members)


def _groups(events: Sequence[Event], torch: Sequence[Event]) -> list[tuple[int, ...]]:
    """Operations of Keras that are one in PyTorch, in the order of its samples."""
    joins, rows = _joined_inputs(torch)
    if not joins:
        return []
    count = 1 + max(lane for _, lane in joins.values())
    lanes = {source: lane for source, (_, lane) in joins.items()}
    ids: dict[int, Key] = {source: ("input", join) for source, (join, _) in joins.items()}
    seen: Counter[Key] = Counter()
    found: dict[Key, dict[int, int]] = defaultdict(dict)
    for number, event in enumerate(events):
        standing = {lanes.get(source) for source in event.sources}
        lane = standing.pop() if len(standing) == 1 else None
        if lane is None or not event.shape or count * event.shape[0] != rows:
            continue
        kind = (event.kind, event.native, event.layer, event.shape, repr(event.attributes))
        key = (*kind, *(ids[source] for source in event.sources))
        seen[lane, key] += 1
        numbered = (*key, seen[lane, key])
        found[numbered][lane] = number
        lanes[number], ids[number] = lane, (min(found[numbered].values()),)
    whole = [tuple(entry[lane] for lane in range(count)) for entry in found.values() if len(entry) == count]
    return _in_towers(whole, events, torch, rows)


def _in_towers(
    groups: Sequence[tuple[int, ...]], events: Sequence[Event], torch: Sequence[Event], rows: int
) -> list[tuple[int, ...]]:
    """Without what PyTorch, too, does for each tower alone, and all behind it."""
    sizes = Counter((family(event.kind), event.shape[0]) for event in torch if event.shape)
    left = {kind: sizes[kind, rows] for kind, size in sizes if size * len(groups[0]) == rows} if groups else {}
    behind: set[int] = set()
    found = []
    for group in groups:
        first = events[group[0]]
        kind = family(first.kind)
        if left.get(kind, 1) < 1 or behind & set(first.sources):
            behind |= set(group)
            continue
        found.append(group)
        left |= {kind: left[kind] - 1} if kind in left else {}
    return found


def _joined_inputs(torch: Sequence[Event]) -> tuple[dict[int, tuple[int, int]], int]:
    """For each input whose samples PyTorch puts beside those of others, with which it does and at which place; rows."""
    found: dict[int, tuple[int, int]] = {}
    rows = 0
    for number, event in enumerate(torch):
        parts = [part[0] for part in event.attributes.get("parts", ()) if len(part) == 1 and part[0] < 0]
        new = len(set(parts)) == len(event.attributes.get("parts", ())) > 1 and not found.keys() & set(parts)
        if new and rows in (0, event.shape[0]):
            rows = event.shape[0]
            found |= {source: (number, place) for place, source in enumerate(parts)}
    places = Counter(join for join, _ in found.values())
    return (found, rows) if len(set(places.values())) == 1 else ({}, 0)


def _in_order(events: Sequence[Event], groups: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """What stands for one operation, each behind what it takes."""
    nodes = {member: group for group in groups for member in group}
    whole = [nodes.get(n, (n,)) for n in range(len(events))]
    waiting = {node: {whole[s] for n in node for s in events[n].sources if s >= 0} for node in whole}
    readers: dict[tuple[int, ...], list[tuple[int, ...]]] = defaultdict(list)
    for node, sources in waiting.items():
        for source in sources:
            readers[source].append(node)
    ready = [node for node, sources in waiting.items() if not sources]
    heapq.heapify(ready)
    while ready:
        node = heapq.heappop(ready)
        yield node
        for reader in readers[node]:
            waiting[reader].discard(node)
            if not waiting[reader]:
                heapq.heappush(ready, reader)


def _joined(events: Sequence[Event], number: Mapping[int, int]) -> Event:
    """One event for those of all towers."""
    sources = tuple(sorted({number.get(source, source) for event in events for source in event.sources}))
    shape = (len(events) * events[0].shape[0], *events[0].shape[1:]) if len(events) > 1 else events[0].shape
    return replace(events[0], shape=shape, sources=sources)


def _drops(drops: Sequence[Event], number: Mapping[int, int], counts: Mapping[int, int]) -> tuple[Event, ...]:
    """What drops in all towers drops once; ``counts`` are the towers by the number of their common operations."""
    found: list[Event] = []
    for event in (_joined([drop], number) for drop in drops):
        count = counts.get(event.sources[0], 1) if event.sources else 1
        facts = {**event.attributes, "numbers": count * event.attributes.get("numbers", 0)}
        one = replace(event, shape=(count * event.shape[0], *event.shape[1:]), attributes=facts)
        found += [] if count > 1 and one in found else [one]
    return tuple(found)


def _kept(values: Shelf, members: Sequence[tuple[int, ...]]) -> Shelf:
    if not values:
        return values
    writer = Writer(f"{values.path}.towers")
    for number, each in enumerate(members):
        writer.put(number, _beside([values[member] for member in each]))
    return writer.done()


def _beside(arrays: Sequence[NDArray]) -> NDArray:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
