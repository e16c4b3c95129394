"""Which layer and which operation of one model is which of the other, by what it is and where it stands.

Layers that store tensors come first: the kind and the shape of their weights must fit, and of those that fit the one
wins that is most like its twin in surroundings and name (``parity.likeness``). What stays open is settled by values
(``parity.settling``). Operations without weights follow by kind and position; values confirm them later
(``parity.diagnosis``).
"""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from parity.beside import behind_biases, biases_beside
from parity.errors import UsageError
from parity.groups import grouped
from parity.kinds import ACTIVATIONS as ACTIVATIONS
from parity.kinds import MASKING as MASKING
from parity.kinds import POOLS as POOLS
from parity.kinds import RECURRENT as RECURRENT
from parity.kinds import family as family
from parity.layouts import between
from parity.likeness import beside, fits, fits_loosely, own_word, same_words, score, standing
from parity.loose import open_groups, pair_loose, told_apart
from parity.partners import TAKEN, TRANSPOSED, axes_in
from parity.recording import Description, Event, Trace
from parity.shapes import lie_alike
from parity.surroundings import Side, called
from parity.surroundings import upstream as upstream
from parity.windows import windowed


@dataclass(frozen=True)
class Match:
    """Layers matched, by path, and the paths that found no partner.

    Args:
        layers: Keras path -> Torch path, of layers that store tensors.
        tensors: Keras tensor -> Torch tensor, of tensors that no layer owns; see ``parity.loose``.
        split: Keras path of a separable convolution -> Torch path of its depthwise half; ``layers`` has the other half.
        fused: Torch path -> the Keras paths whose projections it keeps in one tensor.
        ambiguous: Keras paths that more than one Torch layer fitted equally well.
        spread: Keras path -> the Torch paths whose projections it keeps in one tensor.
        turned: Torch matrices that Keras has the other way round.
        cells: Keras path of a recurrence -> the Torch product that makes its gates, with its order.
        axes: Torch tensors -> the order of their axes in Keras, where lengths do not tell it.
        heads: Torch path of ``fused`` -> so many times its parts take turns; not there if each is in one piece.
        rivals: groups of Keras layers, or tensors, that could as well change places, as far as inputs and shapes tell.
        in_order: other partners of layers that are paired against the order in which they run.
        windows: Keras path of a dense layer or convolution that is the other one in PyTorch -> the order of the axes of
            its window and of its channels, as the dense one lists them.
    """

    layers: Mapping[str, str]
    tensors: Mapping[str, str]
    fused: Mapping[str, tuple[str, ...]]
    ambiguous: tuple[str, ...] = ()
    split: Mapping[str, str] = field(default_factory=dict)
    rivals: tuple[tuple[str, ...], ...] = ()
    spread: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    turned: frozenset[str] = frozenset()
    heads: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    axes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    in_order: Mapping[str, str] = field(default_factory=dict)
    windows: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def paired(self) -> dict[str, str]:
        """``layers`` as a map has it: with the order behind those that list windows."""
        orders = {path: " ".join(map(str, order)) for path, order in self.windows.items()}
        return {k: f"{t}{TAKEN}{orders[k]}" if k in orders else t for k, t in self.layers.items()}

    @property
    def loose(self) -> dict[str, str]:
        """``tensors`` as a map has it: with a word behind those that are turned."""
        return {k: self.as_taken(t) for k, t in self.tensors.items()}

    def as_taken(self, tensor: str) -> str:
        """A Torch tensor with the way it is taken."""
        way = " ".join(map(str, self.axes.get(tensor, ()))) or (TRANSPOSED if tensor in self.turned else "")
        return f"{tensor}{TAKEN}{way}" if way else tensor

    @property
    def packed(self) -> dict[str, tuple[str, ...]]:
        """``fused`` as a map has it: with the number of heads behind the path where the parts take turns."""
        return {f"{t}{TAKEN}{self.heads[t]}" if t in self.heads else t: parts for t, parts in self.fused.items()}


def match_layers(
    keras: Description,
    torch: Description,
    keras_trace: Trace,
    torch_trace: Trace,
    given: Mapping[str, str] | None = None,
) -> Match:
    """Pair the layers that store tensors; ``given`` pairs are taken as they are."""
    given = given or {}
    ours, theirs = Side(keras, keras_trace), Side(torch, torch_trace)
    pairs, groups = grouped(ours, theirs, given)
    ambiguous: list[str] = []
    near = ChainMap(pairs, groups.near)
    _pair_up(ours, theirs, pairs, near, ambiguous, fits)
    _pair_up(ours, theirs, pairs, near, ambiguous, fits_loosely)
    own_code = {k: t for k, t in pairs.items() if _tensor_by_tensor(ours, theirs, k, t)}
    placed = {*pairs, *groups.keras} - own_code.keys()
    taken = {*pairs.values(), *groups.torch} - set(own_code.values())
    beside = biases_beside(ours, theirs, (keras_trace.events, torch_trace.events), pairs, placed, taken)
    loose = pair_loose(ours, theirs, torch_trace.events, placed, taken, near, {**beside, **given})
    own = {k: t for k, t in pairs.items() if k not in given}
    windows = _windows(keras, torch, pairs, given)
    listed = tuple((path,) for path in windows if not axes_in(given.get(path, "")))
    rivals = (*_rivals(ours, theirs, own), *groups.open, *loose.open, *listed)
    return Match(
        pairs,
        {**loose.pairs, **groups.grids},
        groups.fused,
        tuple(ambiguous),
        groups.split,
        rivals,
        groups.spread,
        loose.turned,
        groups.heads,
        groups.cells,
        loose.axes,
        _in_order(ours, theirs, own),
        windows,
    )


def _windows(
    keras: Description, torch: Description, pairs: Mapping[str, str], given: Mapping[str, str]
) -> dict[str, tuple[int, ...]]:
    """Of the pairs of a dense layer and a convolution, the order that is given, or that of Keras.

    Raises:
        UsageError: an order is given that is none of their axes.
    """
    layouts = {path: windowed(keras.by_path[path], torch.by_path[other]) for path, other in pairs.items()}
    orders = {path: layout.order for path, layout in layouts.items() if layout is not None}
    for path in pairs.keys() & given.keys():
        stated = axes_in(given[path])
        if stated and sorted(stated) != sorted(orders.get(path, ())):
            raise UsageError(
                f"map: {given[path]!r}: {path!r} has no axes {' '.join(map(str, stated))} to list",
                f"{pairs[path]!r} alone, and the order is found",
            )
        orders |= {path: stated} if stated else {}
    return orders


def _tensor_by_tensor(ours: Side, theirs: Side, path: str, other: str) -> bool:
    """Layers of the user's own, whose code alone says which tensor is which."""
    if path not in ours.layers or other not in theirs.layers or not (ours.is_code(path) and theirs.is_code(other)):
        return False
    same_names = ours.shapes(path).keys() == theirs.shapes(other).keys()
    return not same_names or between(ours.layers[path], theirs.layers[other]) is None


Fits = Callable[["Side", "Side", str, str], bool]


def _pair_up(
    ours: Side, theirs: Side, pairs: dict[str, str], near: Mapping[str, str], ambiguous: list[str], fits: Fits
) -> None:
    """Give every layer the best of those that fit; ``near`` has what is known of its surroundings."""
    for path in ours.layers:
        if path in pairs:
            continue
        theirs.twins = set(pairs.values())
        candidates = [o for o in theirs.layers if o not in theirs.twins and fits(ours, theirs, path, o)]
        if not candidates:
            continue
        scores = [score(ours, theirs, path, other, near, place == 0) for place, other in enumerate(candidates)]
        rivals = [each for each in ours.layers if each not in pairs and each != path and beside(ours, path, each)]
        rivals = [each for each in rivals if any(fits(ours, theirs, each, c) for c in candidates)]
        own = own_word(path, rivals)
        if own and rivals:
            others = [own_word(c, [d for d in candidates if beside(theirs, c, d)]) for c in candidates]
            scores = [each + same_words(own, words) for each, words in zip(scores, others, strict=True)]
        best = int(np.argmax(scores))
        rivals = [each for each in ours.layers if each not in pairs and fits(ours, theirs, each, candidates[best])]
        if len(rivals) > len(candidates) and path != _heir(ours, theirs, rivals, candidates[best], near):
            continue  # one of them has no twin, and this one fits less well than another
        if scores.count(scores[best]) > 1:
            ambiguous.append(path)
        pairs[path] = candidates[best]


def _rivals(ours: Side, theirs: Side, pairs: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Layers of one kind and shape that get the same input, on both sides; a word that only one pair has settles it."""
    return open_groups(_like_groups(ours, theirs, pairs), pairs)


def _like_groups(ours: Side, theirs: Side, pairs: Mapping[str, str]) -> list[list[str]]:
    """Layers of one kind and shape that get the same input, on both sides."""
    groups: dict[Any, list[str]] = defaultdict(list)
    for path, other in pairs.items():
        if path in ours.above and other in theirs.above:
            groups[ours.place(path), theirs.place(other)].append(path)
    return list(groups.values())


def _in_order(ours: Side, theirs: Side, pairs: Mapping[str, str]) -> dict[str, str]:
    """Layers of one kind and shape as they run, the first with the first, where they are paired otherwise.

    Those stay that a word tells from the others of the same input.
    """
    groups: dict[Any, list[str]] = defaultdict(list)
    named = told_apart(_like_groups(ours, theirs, pairs), pairs)
    for path in ours.layers:
        if (
            path not in named
            and path in pairs
            and pairs[path] in theirs.layers
            and path in ours.above
            and pairs[path] in theirs.above
        ):
            groups[ours.place(path)[1:]].append(path)
    places = {other: place for place, other in enumerate(theirs.layers)}
    found: dict[str, str] = {}
    for paths in groups.values():
        others = sorted((pairs[path] for path in paths), key=places.__getitem__)
        found |= {path: other for path, other in zip(paths, others, strict=True) if pairs[path] != other}
    return found


def _heir(ours: Side, theirs: Side, rivals: Sequence[str], other: str, pairs: Mapping[str, str]) -> str:
    """The one of ``rivals`` whose neighbours and name are most like those of ``other``; the first of equals."""
    return max(rivals, key=lambda path: standing(ours, theirs, path, other, pairs))


def match_events(
    keras: Sequence[Event], torch: Sequence[Event], match: Match
) -> tuple[dict[int, int], dict[int, list[int]]]:
    """Events of matched layers, and for every other Keras event the Torch events that stand in the same place.

    Returns:
        (Keras number -> Torch number of layers), (Keras number -> Torch numbers that have the same matched layers
        upstream and the same shape, those of the same family first).
    """
    recurrent = {event.layer for event in torch if event.kind in RECURRENT}
    stacks = {path: paths for path, paths in match.fused.items() if path in recurrent}
    anchors = _called_layers(keras, torch, match.layers, stacks)
    anchors = behind_biases(anchors, keras, torch, match.layers, match.tensors)
    return anchors, options_around(keras, torch, anchors)


def options_around(keras: Sequence[Event], torch: Sequence[Event], anchors: Mapping[int, int]) -> dict[int, list[int]]:
    """For every Keras event that is none of ``anchors`` the Torch events that may stand in its place."""
    back = {t: k for k, t in anchors.items()}
    ours = upstream(keras, anchors)
    theirs = [frozenset(back.get(n, n) for n in nearest) for nearest in upstream(torch, back)]
    places: dict[frozenset[int], list[int]] = defaultdict(list)
    for number, nearest in enumerate(theirs):
        if number not in back:
            places[nearest].append(number)
    return {
        number: sorted(
            (t for t in places[ours[number]] if lie_alike(torch[t].shape, event.shape)),
            key=lambda t: family(torch[t].kind) != family(event.kind),
        )
        for number, event in enumerate(keras)
        if number not in anchors
    }


def _called_layers(
    keras: Sequence[Event], torch: Sequence[Event], layers: Mapping[str, str], stacks: Mapping[str, tuple[str, ...]]
) -> dict[int, int]:
    """Calls of matched layers, each with the one that gets the same of the same kind, or the next.

    A cell that the user's own loop calls at every step is no twin of a whole recurrence.
    """
    layers = dict(layers) | {paths[-1]: path for path, paths in stacks.items()}
    steps = {event.layer for event in torch if event.native.endswith("Cell")}
    calls: dict[str, list[int]] = defaultdict(list)
    for number, event in enumerate(torch):
        calls[called(event)].append(number)
    every = {t for path in layers.values() for t in calls[path]}
    theirs = upstream(torch, every)
    anchors: dict[int, int] = {}
    ours: list[frozenset[int]] = []
    for number, event in enumerate(keras):
        ours.append(frozenset(n for s in event.sources for n in ({s} if s < 0 or s in anchors else ours[s])))
        path = layers.get(called(event), "")
        fed = {anchors.get(n, n) for n in ours[number]}
        free = [t for t in calls[path] if t not in anchors.values()]
        if free and path and (path not in steps or event.native.endswith("Cell")):
            alike = [t for t in free if theirs[t] == fed] or free[:1]
            before = _kinds_before(keras, number)
            near = {anchors.get(n, n) for n in _first_layers(keras, number, anchors)}
            alone = {t: _first_layers(torch, t, every) == near for t in alike}
            anchors[number] = max(alike, key=lambda t: (alone[t], len(before & _kinds_before(torch, t))))
    return anchors


def _first_layers(events: Sequence[Event], number: int, layers: Collection[int]) -> set[int]:
    """The layers and inputs that are fewest operations in front: of two towers joined, the one that is compared."""
    level = set(events[number].sources)
    while level and not (found := {n for n in level if n < 0 or n in layers}):
        level = {source for n in level for source in events[n].sources}
    return found if level else set()


def _kinds_before(events: Sequence[Event], number: int) -> set[str]:
    """What feeds an operation: a layer may be called on the mean and on the maximum of one image."""
    kinds = {events[source].kind for source in events[number].sources if source >= 0}
    return {kind.removeprefix("adaptive_").removesuffix("_pool").replace("mean", "average") for kind in kinds}
