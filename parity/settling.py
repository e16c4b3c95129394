"""Settle by their values which of several like layers is which, where structure and names leave it open.

The Torch model runs with the weights of the Keras model, every matched layer is compared and replaced by the
reference: a layer that parts, or an output, says that something in front of it was taken for something else. Then like
layers change places, and the assignment that makes more of them agree is kept. A pair that truly differs gains nothing
by it, and stays as structure has it.
"""

from __future__ import annotations

import math
import tempfile
from collections import ChainMap, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice, permutations
from typing import Any

from parity.cells import other_orders
from parity.compare import PROOF_BOUND, difference
from parity.errors import SideFailed, UsageError
from parity.grids import is_grid, other_grids
from parity.groups import unnamed
from parity.loose import partners_of
from parity.matching import Match, match_events
from parity.partners import TAKEN, TOGETHER, TRANSPOSED, axes_in, paths_in, taken_by, untaken
from parity.parts import probes_of_parts
from parity.process import Duo
from parity.recording import Arrays, Probe, Probed, Trace
from parity.shapes import longer_axes
from parity.surroundings import downstream
from parity.towers import as_one

FEW = 3
RUNS = 40
MOST_AXES = 6
"""Orders of axes that are tried."""
MOST_AT_ONCE = 8
"""Couples of exchanges that are tried."""
ORDERS = 48
"""Of input and state, and of four gates."""

Given = Mapping[str, str]


@dataclass(frozen=True)
class Parted:
    """What does not agree under one assignment, and how much does.

    Args:
        events: numbers of Keras events that part.
        outputs: names of outputs that part.
        agreeing: so many events of PyTorch agree.
        elsewhere: so many of the outputs that part are another output of PyTorch.
    """

    events: frozenset[int]
    outputs: frozenset[str]
    agreeing: int
    elsewhere: int = 0

    @property
    def nothing(self) -> bool:
        return not self.events and not self.outputs

    def better_than(self, other: Parted) -> bool:
        return self._worth > other._worth

    @property
    def _worth(self) -> tuple[int, int, int]:
        return self.agreeing, -len(self.outputs), self.elsewhere


@dataclass
class Settling:
    """One search for the assignment that agrees.

    Args:
        duo: both sides, loaded.
        inputs: one batch.
        start: weights of the Keras model.
        arriving: the tensors of the Torch model under an assignment.
        again: layers matched anew around given ones.
        torch: what the Torch model does.
    """

    duo: Duo
    inputs: Arrays
    start: Callable[[], Arrays]
    arriving: Callable[[Match], Arrays]
    again: Callable[[Given], Match]
    torch: Trace

    def run(self, match: Match) -> Match:
        """The match, or the one that agrees with more values; the Torch model keeps its weights."""
        if not match.rivals and not match.in_order:
            return match
        before = self._ask("get_weights", dtype="float64")
        try:
            return self._settled(match)
        except (SideFailed, UsageError):
            return match  # what does not run in float64 cannot be asked
        finally:
            self._ask("set_weights", dtype="float64", weights=before)

    def _settled(self, match: Match) -> Match:
        self.duo.ask(self.duo.keras, "set_weights", dtype="float64", weights=self.start())
        with tempfile.TemporaryDirectory(prefix="parity-values-") as folder:
            asked = {"dtype": "float64", "inputs": self.inputs, "shelf": f"{folder}/keras"}
            self.keras = as_one(self.duo.ask(self.duo.keras, "trace", **asked), self.torch.events).trace
            self._left = RUNS + ORDERS * bool(match.cells or _grids(match))
            parted = self._parted(match)
            chosen: dict[str, str] = {}
            if match.in_order:
                match, parted, found = self._better(match.in_order, match, parted, {})
                chosen |= found
            for groups in self._alike(match):
                match, parted, found = self._best(groups, match, parted, chosen)
                chosen |= found
            for order in self._alike_tensors(match):
                match, parted, found = self._better(order, match, parted, chosen)
                chosen |= found
            for rivals in match.rivals:
                better: Given = dict.fromkeys(rivals, "")
                while better and self._concerned(rivals, parted):
                    match, parted, better = self._best([rivals], match, parted, chosen)
                    chosen |= better
                    better = better if len(rivals) > FEW else {}  # of many, only two have changed places
            return match

    def _alike(self, match: Match) -> list[list[tuple[str, ...]]]:
        """Small groups of rivals of the same layers: blocks of one class, in which the same order is right.

        One of them alone may mend nothing, where no other layer stands between it and the next. Parts of one layer of
        the other side are no layers of their own.
        """
        facts = {event.layer: (event.kind, event.shape[-1:]) for event in self.keras.events if event.layer}
        partners = _partners(match)
        found = defaultdict(list)
        for rivals in match.rivals:
            known = set(rivals) <= facts.keys() - match.cells.keys()
            if known and 1 < len(rivals) <= FEW:
                whole = len({partners.get(path) for path in rivals}) == 1
                found[whole, *(facts[path] for path in rivals)].append(rivals)
        return [groups for groups in found.values() if len(groups) > 1]

    def _best(
        self, groups: Sequence[Sequence[str]], match: Match, parted: Parted, chosen: Given
    ) -> tuple[Match, Parted, Given]:
        """The order that makes most of the values agree, in all groups at once; the present one if none makes more."""
        best: tuple[Match, Parted, Given] = (match, parted, {})
        for orders in zip(*(self._orders(rivals, match, chosen) for rivals in groups), strict=False):
            best = self._better(dict(ChainMap(*map(dict, orders))), *best[:2], chosen, best[2])
        return best

    def _better(
        self, order: Given, match: Match, parted: Parted, chosen: Given, known: Given | None = None
    ) -> tuple[Match, Parted, Given]:
        """What ``order`` gives, if that agrees more; else what there is, which came of the order ``known``."""
        if self._left > 0 and not parted.nothing:
            trial = self.again({**chosen, **order})
            found = self._parted(trial)
            if found.better_than(parted):
                return trial, found, order
        return match, parted, known or {}

    def _alike_tensors(self, match: Match) -> Iterator[Given]:
        """Two tensors of one shape exchanged in every layer that has both: the code of all these layers is one.

        Then two such exchanges at once, in layers whose formula agrees only where all of them are right.
        """
        shapes = self._shapes
        open_ones = {path for rivals in match.rivals for joined in rivals for path in joined.split(TOGETHER)}
        owners: dict[tuple[str, str], list[str]] = defaultdict(list)
        for one, other in combinations([path for path in match.tensors if path in open_ones], 2):
            (owner, _, name), (same, _, second) = one.rpartition("/"), other.rpartition("/")
            if owner == same and shapes.get(one, ()) == shapes.get(other):
                owners[name, second].append(owner)
        alone = [(names,) for names, found in owners.items() if len(found) > 1]
        at_once = [
            (names, others)
            for names, others in combinations(owners, 2)
            if owners[names] == owners[others] and not set(names) & set(others)
        ]
        for exchanges in (*alone, *at_once[:MOST_AT_ONCE]):
            couples = [(f"{owner}/{a}", f"{owner}/{b}") for a, b in exchanges for owner in owners[a, b]]
            exchanged = {a: match.tensors[b] for a, b in couples} | {b: match.tensors[a] for a, b in couples}
            yield {k: match.as_taken(t) for k, t in exchanged.items()}

    def _orders(self, rivals: Sequence[str], match: Match, chosen: Given) -> Iterator[Given]:
        if set(rivals) <= match.windows.keys():
            return windows_otherwise(rivals[0], match)
        if set(rivals) <= match.cells.keys():
            return other_orders({path: match.cells[path] for path in rivals})
        if set(rivals) <= _grids(match):
            return other_grids({names: match.tensors[names] for names in rivals})
        partners = _partners(match)
        if len(rivals) == 1 and "/" in rivals[0]:
            shape = self._shape(rivals[0], partners[rivals[0]])
            if len(longer_axes(shape)) > 2:
                return map(_each_alone, axes_otherwise(rivals[0], shape, partners[rivals[0]]))
        heads = [] if "/" in rivals[0] else self._head_counts(rivals, chosen)
        return map(_each_alone, exchanged(rivals, partners, heads))

    def _shape(self, whole: str, partner: str) -> tuple[int, ...]:
        """Of the first of several tensors, or of both parts of complex numbers as one."""
        paths = whole.split(TOGETHER)
        shape = self._shapes[paths[0]]
        return (*shape, 2) if len(paths) > len(partner.split(TOGETHER)) else shape

    def _head_counts(self, rivals: Sequence[str], chosen: Given) -> list[int]:
        """How many heads ``rivals`` may have, if they are projections: what was found for others, or sizes of axes."""
        known = {int(n) for other in chosen.values() if (n := taken_by(other)).isdecimal()}
        axes = {n for event in self.torch.events if len(event.shape) > 3 for n in event.shape[1:-1]}
        units = math.gcd(*(math.prod(e.shape[2:]) for e in self.keras.events if e.layer in rivals))
        return sorted(n for n in known or axes if n > 1 and units % n == 0)

    def _parted(self, match: Match) -> Parted:
        """Run the Torch model under an assignment, every matched layer replaced by the reference."""
        self._left -= 1
        self._ask("set_weights", dtype="float64", weights=self.arriving(match))
        anchors, _ = match_events(self.keras.events, self.torch.events, match)
        probes = {t: self._forced(k) for k, t in anchors.items()}
        probes |= probes_of_parts(match, self.keras, self.torch.events)
        found, outputs = self._ask("probe", dtype="float64", inputs=self.inputs, probes=probes)
        parting = [t for t in probes if t not in found or not _all_agree(found[t])]
        wrong = {k for t in parting for k in probes[t].references}
        other = {name for name, array in self.keras.outputs.items() if not _agrees(array, outputs.get(name))}
        elsewhere = sum(any(_agrees(self.keras.outputs[n], array) for array in outputs.values()) for n in other)
        return Parted(frozenset(wrong), frozenset(other), len(probes) - len(parting), elsewhere)

    def _forced(self, k: int) -> Probe:
        state = self.keras.events[k].attributes.get("returns") == "state"
        return Probe(self.keras.values.only([k]), k, state)

    def _concerned(self, rivals: Sequence[str], parted: Parted) -> bool:
        """Something behind ``rivals`` parts."""
        owners = {path.partition("/")[0] for path in rivals}
        layers = {n for n, event in enumerate(self.keras.events) if event.layer in owners}
        if not layers:
            return not parted.nothing
        behind = downstream(self.keras.events, layers)
        ends = {name for name, numbers in self.keras.ends.items() if behind & set(numbers)}
        concerned = behind if len(rivals) == 1 else behind - layers
        return bool(concerned & parted.events or ends & parted.outputs)

    @cached_property
    def _shapes(self) -> dict[str, tuple[int, ...]]:
        return {path: array.shape for path, array in self.start().items()}

    def _ask(self, method: str, **arguments: Any) -> Any:
        return self.duo.ask(self.duo.torch, method, **arguments)


def exchanged(rivals: Sequence[str], pairs: Given, heads: Sequence[int] = ()) -> Iterator[Given]:
    """Other assignments of the same partners: all of a few, or two of many exchanged.

    Where they share one partner, it is the order in which they are given that changes, unless their names tell it, and
    whether they take turns in it, head by head; a single one is made at once of several partners, whose order changes.
    Matrices that no layer owns, all in one, are turned, or not; the parts of a tensor that no layer owns change places.
    """
    if all("/" in path and TOGETHER not in path and TOGETHER in pairs[path] for path in rivals):
        count = len(paths_in(pairs[rivals[0]]))
        yield from ({path: _in_order(pairs[path], order) for path in rivals} for order in _other_orders(count))
        return
    if len(rivals) == 1 and "/" in rivals[0]:
        others = [untaken(other) for other in pairs[rivals[0]].split(TOGETHER)]
        yield {rivals[0]: TOGETHER.join(f"{other}{TAKEN}{TRANSPOSED}" for other in others)}
        yield {rivals[0]: TOGETHER.join(others)}
        return
    if len(rivals) == 1:
        parts = pairs.get(rivals[0], "")
        yield from ({rivals[0]: _in_order(parts, order)} for order in _other_orders(len(paths_in(parts))))
        return
    partners = [pairs[path] for path in rivals if path in pairs]
    if len(partners) < len(rivals):
        return
    if len(rivals) > FEW:
        yield from ({one: pairs[other], other: pairs[one]} for one, other in combinations(rivals, 2))
    elif len(set(partners)) == 1:
        whole = paths_in(partners[0])[0]
        orders = list(permutations(rivals)) if unnamed(rivals) else [tuple(rivals)]
        yield from (dict.fromkeys(order, whole) for order in orders[1:])
        yield from (dict.fromkeys(order, f"{whole}{TAKEN}{count}") for count in heads for order in orders)
    else:
        yield from (dict(zip(rivals, order, strict=True)) for order in list(permutations(partners))[1:])


def axes_otherwise(whole: str, shape: tuple[int, ...], partner: str) -> Iterator[Given]:
    """Tensors, all in one, with axes of one length in other orders."""
    places = range(len(shape))
    kernel = (*places[2:], *places[1::-1])
    orders = (order for order in permutations(places) if _alike(shape, order))
    others = partner.split(TOGETHER) if TOGETHER in whole and TOGETHER in partner else [partner]
    for order in islice(orders, 1, MOST_AXES):
        axes = [axes_in(other) or kernel for other in others]
        texts = [" ".join(str(each[place]) for place in order) for each in axes]
        yield {whole: TOGETHER.join(f"{untaken(t)}{TAKEN}{text}" for t, text in zip(others, texts, strict=True))}


def windows_otherwise(path: str, match: Match) -> Iterator[Given]:
    """A dense layer lists the axes of the window that a convolution has, and its channels, in other orders."""
    present = match.windows[path]
    for order in permutations(sorted(present)):
        if order != present:
            yield {path: f"{match.layers[path]}{TAKEN}{' '.join(map(str, order))}"}


def _alike(shape: tuple[int, ...], order: Sequence[int]) -> bool:
    """The same shape, with those of its axes that are longer than one in another order."""
    return all(shape[n] == shape[m] and (n == m or shape[n] > 1) for n, m in enumerate(order))


def _other_orders(count: int) -> list[tuple[int, ...]]:
    return list(permutations(range(count)))[1:]


def _in_order(partner: str, order: Sequence[int]) -> str:
    """Parts of a map's entry in another order, taken as before."""
    paths, (_, *way) = paths_in(partner), partner.partition(TAKEN)
    return TOGETHER.join(paths[place] for place in order) + "".join(way)


def _partners(match: Match) -> Given:
    """Everything that has a place on the other side: layers, tensors, parts of a packed layer."""
    fused = {part: path for path, parts in match.packed.items() for part in parts}
    spread = {path: TOGETHER.join(parts) for path, parts in match.spread.items()}
    wholes = {path for rivals in match.rivals for path in rivals if "/" in path}
    tensors = {whole: partners_of(whole, match.loose) for whole in wholes - _grids(match)}
    return {**match.layers, **tensors, **fused, **spread, **match.cells}


def _grids(match: Match) -> set[str]:
    """Tensors of cells of the user's own; see ``parity.grids``."""
    return {names for names, text in match.tensors.items() if is_grid(names, text)}


def _each_alone(order: Given) -> Given:
    """Tensors that change places together, one by one; a single one may be made of several."""
    found: dict[str, str] = {}
    for path, other in order.items():
        if "/" in path and TOGETHER in path and TOGETHER in other:
            found |= zip(path.split(TOGETHER), other.split(TOGETHER), strict=True)
        else:
            found[path] = other
    return found


def _all_agree(probed: Probed) -> bool:
    return all(each.figure <= PROOF_BOUND for each in probed.differences.values())


def _agrees(reference: Any, found: Any) -> bool:
    return found is not None and difference(reference, found, PROOF_BOUND).figure <= PROOF_BOUND
