"""Which operation of PyTorch stands where one of Keras does, layer by layer and between the layers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import takewhile

import numpy as np

from parity.diagnosis.from_the_front import from_the_front
from parity.grids import is_grid, layers_in, module_of
from parity.hypotheses.kinds import NORMS
from parity.kinds import ACTIVATIONS, STATISTICS
from parity.layouts import DENSE_LIKE
from parity.matching import MASKING, Match, family, match_events, upstream
from parity.recording import Event, Trace
from parity.shapes import cut_further, lie_alike, longer_axes

ROOTS = {"sqrt", "rsqrt"}
PADDING = "zero_padding"
SUMS = ("add", "subtract")
"""The last of several terms is added or taken off, as the code has it."""
PRODUCTS = ("multiply", "divide")
"""The last of several factors is one to multiply by or to divide by."""


@dataclass(frozen=True)
class Alignment:
    """The operations of both sides, matched as far as layers and places tell.

    Args:
        keras, torch: in execution order.
        anchors: Keras number -> Torch number, of matched layers.
        options: Keras number of any other operation -> Torch numbers that may stand in its place.
        inside: Keras number of a layer of the user's own -> Torch numbers in the module that stores its tensors.
        firsts: Keras number of a layer that makes several outputs -> the Torch number that makes the first of them,
            which is the value that the layer is known by.
        halves: Torch numbers of the depthwise halves of separable convolutions, which are one layer in Keras.
        ends: by output, the operation that makes it on each side, where it makes no other.
    """

    keras: Sequence[Event]
    torch: Sequence[Event]
    anchors: Mapping[int, int]
    options: Mapping[int, Sequence[int]]
    inside: Mapping[int, Sequence[int]] = field(default_factory=dict)
    firsts: Mapping[int, int] = field(default_factory=dict)
    halves: frozenset[int] = frozenset()
    ends: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, keras: Sequence[Event], torch: Sequence[Event], match: Match) -> Alignment:
        """Align two runs of models whose layers are matched."""
        anchors, options = match_events(keras, torch, match)
        first_halves = set(match.split.values())
        halves = frozenset(t for t, event in enumerate(torch) if event.layer in first_halves)
        return cls(keras, torch, anchors, options, _inside(keras, torch, anchors, match), halves=halves)

    @classmethod
    def of_runs(cls, keras: Trace, torch: Trace, match: Match) -> Alignment:
        """The same of whole runs, which tell what makes the outputs."""
        firsts: dict[int, int] = {}
        for name, ends in keras.ends.items():
            if len(ends) == len(torch.ends.get(name, ())) == 1 and list(keras.ends.values()).count(ends) > 1:
                firsts.setdefault(ends[0], torch.ends[name][0])
        return replace(cls.of(keras.events, torch.events, match), firsts=firsts, ends=_ends(keras, torch))

    @cached_property
    def anchors_in_torch(self) -> frozenset[int]:
        return frozenset(self.anchors.values())

    def above_in_keras(self, k: int) -> set[int]:
        """Operations between ``k`` and the matched layers that feed it."""
        return above(self.keras, k, self.anchors)

    def above_in_torch(self, t: int) -> set[int]:
        """Operations between ``t`` and the matched layers that feed it."""
        return above(self.torch, t, self.anchors_in_torch)

    def tail_in_keras(self) -> set[int]:
        """Operations behind the last matched layers."""
        return tail(self.keras, self.anchors)

    def tail_in_torch(self) -> set[int]:
        """Operations behind the last matched layers."""
        return tail(self.torch, self.anchors_in_torch)

    def followers(self, k: int) -> set[int]:
        """Keras operations that take the value of ``k``."""
        return {number for number, event in enumerate(self.keras) if k in event.sources}

    def cropped(self) -> frozenset[int]:
        """Torch numbers of convolutions that pad too much, where all that reads them is as long as the one of Keras."""
        longer = {t: k for k, t in self.anchors.items() if _is_longer(self.torch[t].shape, self.keras[k].shape)}
        readers = {t: [event for event in self.torch if t in event.sources] for t in longer}
        return frozenset(
            t
            for t, k in longer.items()
            if readers[t] and all(_reads_window(event, self.keras[k].shape) for event in readers[t])
        )

    def between(self, layers: Iterable[int], partners: Mapping[int, int], behind: bool = False) -> dict[int, int]:
        """Operations without weights that may be at fault, each with its counterpart.

        Args:
            layers: Keras numbers of matched layers; what stands in front of them is looked at.
            partners: operations that are known to be equal, and so are none of them.
            behind: look behind the last layers too.
        """
        runs = [(self.above_in_keras(k), self.above_in_torch(self.anchors[k])) for k in layers]
        if behind:
            runs += self._tails()
        pairs: dict[int, int] = {}
        for ours, theirs in runs:
            mine = sorted(ours - partners.keys() - pairs.keys())
            rest = sorted(theirs - {*partners.values(), *pairs.values()} - self.halves)
            first = from_the_front(self.keras, self.torch, mine, rest, {**self.anchors, **partners, **pairs})
            left = set(first.values())
            pairs |= first | self.aligned([k for k in mine if k not in first], [t for t in rest if t not in left])
        terms = self._last_terms(pairs, {**self.anchors, **partners})
        return {k: t for k, t in pairs.items() if t not in terms.values() and k not in terms} | terms

    def _last_terms(self, pairs: Mapping[int, int], equal: Mapping[int, int]) -> dict[int, int]:
        """Of sums that are counterparts, the term that is left on each side when those that are equal are taken off."""
        found: dict[int, int] = {}
        sums = {t for k, t in pairs.items() if self.keras[k].kind == self.torch[t].kind == "add"}
        for k, t in pairs.items():
            ours = _terms(self.keras, k, equal) - equal.keys()
            theirs = _terms(self.torch, t, set(equal.values())) - set(equal.values())
            if len(ours) == len(theirs) == 1 and min(*ours, *theirs) >= 0:
                (one,), (other,) = ours, theirs
                if lie_alike(self.torch[other].shape, self.keras[one].shape) and other not in sums:
                    found[one] = other
        return found

    def _tails(self) -> list[tuple[set[int], set[int]]]:
        """Operations behind the last layers: parts that nothing joins by the layers that feed them, then all others.

        Outputs may be made in another order on the other side. Nothing stands there where the other model gives what
        its layers make as it is.
        """
        back = {t: k for k, t in self.anchors.items()}
        ours = _parts(self.keras, self.tail_in_keras(), self.anchors, {})
        theirs = _parts(self.torch, self.tail_in_torch(), self.anchors_in_torch, back)
        alike = [(ours.pop(fed), theirs.pop(fed)) for fed in [*ours] if fed in theirs]
        mine = [part for fed, part in ours.items() if not fed <= self._last_in_torch]
        rest = [part for fed, part in theirs.items() if not fed <= self._last_in_keras]
        return [*alike, (set[int]().union(*mine), set[int]().union(*rest))]

    @cached_property
    def _last_in_keras(self) -> set[int]:
        """Keras numbers of matched layers whose value nothing in Keras takes."""
        return self.anchors.keys() - {source for event in self.keras for source in event.sources}

    @cached_property
    def _last_in_torch(self) -> set[int]:
        """Keras numbers of matched layers whose value nothing in PyTorch takes."""
        read = {source for event in self.torch for source in event.sources}
        return {k for k, t in self.anchors.items() if t not in read}

    def aligned(self, mine: Sequence[int], rest: Sequence[int]) -> dict[int, int]:
        """Pair two runs of operations from their ends: by family, and the last with the last."""
        pairs: dict[int, int] = {}
        free = [t for t in rest if not _joins_nothing(self.torch, t)]
        inner = {n for k in mine for n in _norm_by_hand(self.keras, k) if _norms_like(self.torch, free, self.keras[k])}
        inner |= {k for k in mine if self._pads_inside(k)}
        if any(self.torch[t].kind == "leaky_relu" for t in free):
            inner |= {n for k in mine for n in _slope_by_hand(self.keras, k)}
        for place, k in enumerate(reversed(mine)):
            if k in inner:
                continue
            more_in_torch = len(free) > len(mine) - place
            chosen = self._counterpart(k, free, place == 0, more_in_torch)
            if chosen is not None:
                pairs[k] = chosen
                begin = min([chosen, *self.inside.get(k, ())])
                free = [t for t in free if t < begin]
        return pairs | self._at_layers(set(mine) - pairs.keys() - inner, set(rest) - set(pairs.values()))

    def _at_layers(self, mine: Collection[int], rest: Collection[int]) -> dict[int, int]:
        """Of branches that run in another order: what alone stands behind the same layer, and keeps its shape."""
        behind = {self.torch[t].sources: t for t in rest if len(self.torch[t].sources) == 1}
        found: dict[int, int] = {}
        for k in mine:
            (layer, *others) = self.keras[k].sources or (-1,)
            t = behind.get((self.anchors.get(layer, -1),))
            alone = not others and layer in self.anchors and len(self.followers(layer)) == 1
            if t is not None and alone and self.torch[t].shape == self.keras[k].shape == self.keras[layer].shape:
                found[k] = t
        return found

    def _pads_inside(self, k: int) -> bool:
        """It pads for layers alone that do so themselves in PyTorch."""
        readers = self.followers(k) if self.keras[k].kind == PADDING else set()
        return bool(readers) and all(n in self.anchors and self._pads_itself(self.anchors[n]) for n in readers)

    def _pads_itself(self, t: int) -> bool:
        given = [self.torch[source].kind for source in self.torch[t].sources if source >= 0]
        widths = self.torch[t].attributes.get("padding")
        return PADDING not in given and isinstance(widths, tuple) and bool(np.any(widths))

    def _counterpart(self, k: int, free: Sequence[int], last: bool, more_in_torch: bool) -> int | None:
        """The last of ``free`` that stands in the place of ``k``, or is akin to it."""
        ours = self.keras[k]
        first = self.firsts.get(k)
        if first is not None and first in free and lie_alike(self.torch[first].shape, ours.shape):
            return first
        own = [t for t in self.inside.get(k, ()) if t in free and lie_alike(self.torch[t].shape, ours.shape)]
        if own:
            return own[-1]
        norms = _norms_like(self.torch, free, ours) if _norm_by_hand(self.keras, k) else []
        if norms:
            return norms[-1]
        akin = [t for t in free if _akin(self.torch[t], ours) and self._fed_alike(k, t)]
        for kinds in (SUMS, PRODUCTS) if last else ():
            if ours.kind in kinds:
                akin = [t for t in free if self.torch[t].kind in kinds]
        in_place = [t for t in free if lie_alike(self.torch[t].shape, ours.shape)]
        if not last:
            in_place = [t for t in in_place if t in self.options.get(k, ())]
        if last and not akin and free[-1:] != in_place[-1:] and _is_cut_further(self.torch[free[-1]], ours):
            return free[-1]
        place_first = more_in_torch and ours.kind not in ("softmax", *MASKING)
        chosen = (in_place or akin) if place_first else (akin or in_place)
        return chosen[-1] if chosen else None

    def _fed_alike(self, k: int, t: int) -> bool:
        """One of the matched layers in front of it is one of the other's, if both have any."""
        ours = {self.anchors[n] for n in self._nearest[0][k] if n in self.anchors}
        theirs = self._nearest[1][t] & self.anchors_in_torch
        return not ours or not theirs or bool(ours & theirs)

    @cached_property
    def _nearest(self) -> tuple[Sequence[Collection[int]], Sequence[frozenset[int]]]:
        """The matched layers in front of every operation."""
        return upstream(self.keras, self.anchors), [
            frozenset(found) for found in upstream(self.torch, self.anchors_in_torch)
        ]


def _ends(keras: Trace, torch: Trace) -> dict[str, tuple[int, int]]:
    """By output, what makes it on each side and no other output."""
    alone = [Counter(end for ends in trace.ends.values() for end in ends) for trace in (keras, torch)]
    found: dict[str, tuple[int, int]] = {}
    for name in keras.ends.keys() & torch.ends.keys():
        ours, theirs = keras.ends[name], torch.ends[name]
        if len(ours) == len(theirs) == 1 and min(*ours, *theirs) >= 0:
            found |= {name: (ours[0], theirs[0])} if alone[0][ours[0]] == alone[1][theirs[0]] == 1 else {}
    return found


def _is_longer(shape: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Steps or pixels, of as many samples and features."""
    alike = len(shape) == len(other) > 2 and (shape[0], shape[-1]) == (other[0], other[-1])
    return alike and shape != other and all(n >= m for n, m in zip(shape, other, strict=True))


def _reads_window(event: Event, shape: tuple[int, ...]) -> bool:
    """It keeps the shape of what it is given, which is this one."""
    return event.shape == shape and event.kind in (*ACTIVATIONS, *NORMS, *SUMS, "dropout", "multiply")


def _is_cut_further(event: Event, other: Event) -> bool:
    """Two operations without weights, one of which has heads in groups, or the rows of a grid apart."""
    return event.layer is None and other.kind not in DENSE_LIKE and cut_further(event.shape, other.shape)


def _norms_like(events: Sequence[Event], free: Sequence[int], event: Event) -> list[int]:
    """Norms that are one operation, with a value of this shape."""
    return [t for t in free if events[t].kind in NORMS and lie_alike(events[t].shape, event.shape)]


def _norm_by_hand(events: Sequence[Event], number: int) -> set[int]:
    """What only serves a norm that several operations make and ``number`` ends: x times or over a root of its mean."""
    event = events[number]
    if event.kind not in ("multiply", "divide") or len(event.sources) != 2 or min(event.sources) < 0:
        return set()
    value, factor = sorted(event.sources)
    inner = above(events, factor, {value}) | {factor}
    kinds = {events[n].kind for n in inner}
    made = all(source in inner | {value} for n in inner for source in events[n].sources)
    return inner if made and kinds & set(STATISTICS) and kinds & ROOTS else set()


def _slope_by_hand(events: Sequence[Event], number: int) -> set[int]:
    """The multiple of x in the maximum of both, which is a leaky rectifier."""
    sources = events[number].sources if events[number].kind == "maximum" else ()
    return {n for n in sources if n >= 0 and events[n].kind == "multiply" and set(events[n].sources) < set(sources)}


def _akin(event: Event, other: Event) -> bool:
    """Of one family; masks of scores and of values, which are laid out otherwise, are not."""
    masked = {event.kind, other.kind} <= MASKING
    other_axes = longer_axes(event.shape)[-2:] != longer_axes(other.shape)[-2:]
    return family(event.kind) == family(other.kind) and not (masked and other_axes)


def _terms(events: Sequence[Event], number: int, known: Collection[int]) -> set[int]:
    """What a sum is made of, sums that are not known taken apart; nothing of another operation."""
    if number in known or events[number].kind != "add" or len(events[number].sources) < 2:
        return set()
    return {term for n in events[number].sources for term in (n >= 0 and _terms(events, n, known)) or {n}}


def _joins_nothing(events: Sequence[Event], number: int) -> bool:
    """A concatenation of one branch, which is that branch."""
    event, alone = events[number], len(events[number].sources) == 1 and events[number].sources[0] >= 0
    return event.kind == "concatenate" and alone and event.shape == events[event.sources[0]].shape


def _inside(
    keras: Sequence[Event], torch: Sequence[Event], anchors: Mapping[int, int], match: Match
) -> dict[int, list[int]]:
    """By layers that run once, the operations of the module that stores all their tensors, and nothing of others."""
    run = {event.layer for event in torch}
    modules: defaultdict[str | None, set[str]] = defaultdict(set)
    modules |= {path: {other} for path, other in match.layers.items() if other not in run}
    for ours, theirs in match.tensors.items():
        owners = layers_in(ours) if is_grid(ours, theirs) else (ours.rpartition("/")[0],)
        for owner in owners:
            modules[owner].add(module_of(theirs) if is_grid(ours, theirs) else theirs.rpartition("/")[0])
    calls = Counter(event.layer for event in keras)
    homes = {k: modules[event.layer] for k, event in enumerate(keras) if calls[event.layer] == 1}
    paths = {k: f"{home}." for k, found in homes.items() if (home := _common_module(found))}
    held = {k: [t for t, event in enumerate(torch) if event.path.startswith(path)] for k, path in paths.items()}
    shared = Counter(paths.values())
    taken = set(anchors.values())
    return {k: numbers for k, numbers in held.items() if shared[paths[k]] == 1 and not taken & set(numbers)}


def _common_module(paths: Collection[str]) -> str:
    """The innermost module that holds them all; none where that is the whole model."""
    names = [path.split(".") for path in paths]
    alike = takewhile(lambda level: len(set(level)) == 1, zip(*names, strict=False))
    return ".".join(level[0] for level in alike)


def above(events: Sequence[Event], number: int, anchors: Collection[int]) -> set[int]:
    """Operations between ``number`` and the anchors that feed it."""
    found, unseen = set[int](), list(events[number].sources)
    while unseen:
        source = unseen.pop()
        if source >= 0 and source not in anchors and source not in found:
            found.add(source)
            unseen += events[source].sources
    return found


def tail(events: Sequence[Event], anchors: Collection[int]) -> set[int]:
    """Operations behind which no anchor follows."""
    feeding = {before for number in anchors for before in above(events, number, anchors)}
    return set(range(len(events))) - feeding - set(anchors)


def _parts(
    events: Sequence[Event], numbers: Collection[int], anchors: Collection[int], names: Mapping[int, int]
) -> dict[frozenset[int], set[int]]:
    """Operations that nothing but layers and inputs joins to others, by what feeds them, under these ``names``."""
    nearest, parts = upstream(events, anchors), list[set[int]]()
    for number in sorted(numbers):
        joined = [part for part in parts if part & set(events[number].sources)]
        parts = [part for part in parts if part not in joined] + [{number}.union(*joined)]
    found: dict[frozenset[int], set[int]] = {}
    for part in parts:
        fed = frozenset(names.get(n, n) for number in part for n in nearest[number])
        found[fed] = found.get(fed, set()) | part
    return found
