"""Where the layers of one model stand: what feeds them, what reads them, and which outputs they lead to."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from parity.kinds import family
from parity.layouts import DENSE_LIKE
from parity.recording import Description, Event, Layer, Parameter, Trace

LEVEL = 2
"""Projections by which layers that hold the same may be further from an end of their models: what one side lacks."""


def upstream(events: Sequence[Event], anchors: Collection[int]) -> list[frozenset[int]]:
    """For each event the nearest events in ``anchors``, or inputs, that its value comes from."""
    found: list[frozenset[int]] = []
    for event in events:
        nearest: set[int] = set()
        for source in event.sources:
            nearest |= {source} if source < 0 or source in anchors else found[source]
        found.append(frozenset(nearest))
    return found


def downstream(events: Sequence[Event], starts: Collection[int]) -> set[int]:
    """``starts`` and every event whose value comes from one of them."""
    found = set(starts)
    for number, event in enumerate(events):
        if found & set(event.sources):
            found.add(number)
    return found


def called(event: Event) -> str:
    """The layer whose output the event is."""
    return f"{event.layer}.out_proj" if event.kind == "multi_head_attention" else event.layer or ""


class Side:
    """The layers of one side that store tensors, or norms without, in the order in which they run, and where.

    ``twins`` are those that are matched already, ``fitting`` what is known of stores that fit.
    """

    def __init__(self, description: Description, trace: Trace) -> None:
        events = trace.events
        self._stores: dict[str, str] = {}
        self.twins: set[str] = set()
        self.fitting: dict[tuple[str, str], bool] = {}
        self.parameters: dict[str, list[Parameter]] = defaultdict(list)
        for parameter in description.parameters:
            self.parameters[parameter.layer].append(parameter)
        known = description.by_path
        matched = {path for path, layer in known.items() if path in self.parameters or is_norm(layer)}
        run: dict[str, int] = {}
        for number, event in enumerate(events):
            if event.layer in matched:
                run.setdefault(event.layer, number)
        own = _own_code(events, matched - run.keys(), known)
        self.own_code = frozenset(own)
        run |= own
        self._run = dict(run)
        self.sizes = {path: math.prod(events[number].shape) for path, number in run.items()}
        self._calls = Counter(event.layer for event in events)
        self._used = _first_uses(events)
        run = dict(sorted(run.items(), key=lambda entry: entry[1]))
        order = [*run, *(path for path in known if path in self.parameters and path not in run)]
        self.layers: dict[str, Layer] = {path: known[path] for path in order if path in known}
        outputs = {path: f"{path}.out_proj" for path in run if f"{path}.out_proj" in self.layers}
        anchors = {number: outputs.get(path, path) for path, number in run.items()}
        nearest = upstream(events, anchors)
        self.kinds = {path: layer.kind for path, layer in self.layers.items()}
        self.above = {
            path: frozenset(anchors[n] if n >= 0 else f"input:{-1 - n}" for n in nearest[number])
            for path, number in run.items()
        }
        self.above |= {output: frozenset({path}) for path, output in outputs.items()}
        run |= {output: run[path] for path, output in outputs.items()}
        reached, followed = _reached(trace), _followed(trace)
        self.reaches = {path: reached[number] for path, number in run.items()}
        self.followed = {path: followed[number] for path, number in run.items()}
        self.preceded = {path: _preceded(events, number) for path, number in run.items()}
        self.below: dict[str, set[str]] = defaultdict(set)
        for path, sources in self.above.items():
            for source in sources:
                self.below[source].add(path)
        self._before = _longest(self.layers, self.above, self.kinds)
        self._behind = _longest(reversed(self.layers), self.below, self.kinds)

    def is_level(self, path: str, other: Side, others: Collection[str]) -> bool:
        """About as many projections stand before it, or behind it, as before or behind those of the other side."""
        return any(
            max(abs(ours.get(path, 0) - theirs.get(each, 0)) for each in others) <= LEVEL
            for ours, theirs in ((self._before, other._before), (self._behind, other._behind))
        )

    def is_code(self, path: str) -> bool:
        """It was never called as one operation: what it stores is used by its own code."""
        return path not in self._calls

    def calls(self, path: str) -> int:
        """How often it runs."""
        return self._calls[path]

    def begins(self, parameter: Parameter) -> int:
        """Number of the operation that first uses a tensor, or of its owner; -1 where neither is seen to run."""
        name = f"{parameter.layer}.{parameter.name}".lstrip(".")
        return self._used.get(name, self._run.get(parameter.layer, -1))

    def store(self, path: str) -> str:
        """What decides whose weights the layer can take; equal for equal layers."""
        if path not in self._stores:
            layer = self.layers[path]
            self._stores[path] = repr((layer.kind, layer.storage, layer.attributes, self.shapes(path)))
        return self._stores[path]

    def place(self, path: str) -> tuple[Any, ...]:
        """What must be equal in layers that could change places."""
        return self.above[path], self.kinds[path], tuple(sorted(self.shapes(path).items()))

    def shapes(self, path: str) -> dict[str, tuple[int, ...]]:
        return {p.name: p.shape for p in self.parameters.get(path, ())}


def _longest(order: Iterable[str], next_to: Mapping[str, Collection[str]], kinds: Mapping[str, str]) -> dict[str, int]:
    """How many projections the longest way from here to an end passes; of each layer, those it leads to come first."""
    found: dict[str, int] = {}
    for path in order:
        ways = (found.get(each, 0) + (kinds.get(each) in DENSE_LIKE) for each in next_to.get(path, ()))
        found[path] = max(ways, default=0)
    return found


def _first_uses(events: Sequence[Event]) -> dict[str, int]:
    """By name, the first operation outside the layers that takes a stored tensor."""
    found: dict[str, int] = {}
    for number, event in enumerate(events):
        for name in event.attributes.get("tensors", ()):
            found.setdefault(name, number)
    return found


def _own_code(events: Sequence[Event], paths: Collection[str], known: Collection[str]) -> dict[str, int]:
    """Where layers of the user's own run: at the last function of their code, or the first that takes their tensors."""
    parents = {path.rpartition(".")[0] for path in known}
    found: dict[str, int] = {}
    for number, event in enumerate(events):
        owner, stored = event.path.rpartition(".")[0], event.attributes.get("tensors", ())
        if event.layer is None and owner in paths and owner not in parents:
            found[owner] = number if found.get(owner, number - 1) == number - 1 else found[owner]
        elif event.layer is None and stored:
            found.setdefault(stored[0].rpartition(".")[0], number)
    return {path: number for path, number in found.items() if path in paths}


def _reached(trace: Trace) -> list[frozenset[str]]:
    """For each event the outputs that it leads to."""
    found = [{name for name, ends in trace.ends.items() if n in ends} for n in range(len(trace.events))]
    for number in reversed(range(len(found))):
        for source in trace.events[number].sources:
            if source >= 0:
                found[source] |= found[number]
    return [frozenset(names) for names in found]


def _followed(trace: Trace) -> list[frozenset[str]]:
    """For each event the kinds of operations that take its value; which layers do is told elsewhere."""
    found: list[set[str]] = [set() for _ in trace.events]
    for event in trace.events:
        for source in event.sources:
            if source >= 0:
                found[source].add("layer" if event.layer else event.kind)
    for ends in trace.ends.values():
        for number in ends:
            if number >= 0:
                found[number].add("output")
    return [frozenset(kinds) for kinds in found]


def _preceded(events: Sequence[Event], number: int) -> frozenset[str]:
    """The families of the operations that an event gets its value from."""
    return frozenset(family(events[source].kind) for source in events[number].sources if source >= 0)


def is_norm(layer: Layer) -> bool:
    return layer.kind.endswith("_norm")
