"""Which layer and which operation of one model is which of the other, by what it is and where it stands.

Layers that store tensors come first: the kind and the shape of their weights must fit, and of those that fit the one
wins that is most like its twin in surroundings and name (``parity.likeness``). What stays open is settled by values
(``parity.settling``). Operations without weights follow by kind and position; values confirm them later
(``parity.diagnosis``).
"""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np

from parity.errors import UsageError
from parity.kinds import ACTIVATIONS as ACTIVATIONS
from parity.kinds import MASKING as MASKING
from parity.kinds import POOLS as POOLS
from parity.kinds import RECURRENT as RECURRENT
from parity.kinds import family as family
from parity.layouts import DENSE_LIKE
from parity.likeness import SAME_WORD, alike, beside, fits, fits_loosely, initial, own_word, score, standing
from parity.recording import Description, Event, Layer, Trace
from parity.surroundings import Side
from parity.surroundings import upstream as upstream

FEW_TENSORS = 4


@dataclass(frozen=True)
class Match:
    """Layers matched, by path, and the paths that found no partner.

    Args:
        layers: Keras path -> Torch path, of layers that store tensors.
        tensors: Keras tensor -> Torch tensor, of tensors that no layer owns.
        split: Keras path of a separable convolution -> Torch path of its depthwise half; ``layers`` has the other half.
        fused: Torch path -> the three Keras paths whose projections it keeps in one tensor.
        ambiguous: Keras paths that more than one Torch layer fitted equally well.
        rivals: groups of Keras layers, or tensors, that could as well change places, as far as inputs and shapes tell.
    """

    layers: Mapping[str, str]
    tensors: Mapping[str, str]
    fused: Mapping[str, tuple[str, ...]]
    ambiguous: tuple[str, ...] = ()
    split: Mapping[str, str] = field(default_factory=dict)
    rivals: tuple[tuple[str, ...], ...] = ()


def match_layers(
    keras: Description,
    torch: Description,
    keras_trace: Trace,
    torch_trace: Trace,
    given: Mapping[str, str] | None = None,
) -> Match:
    """Pair the layers that store tensors; ``given`` pairs are taken as they are."""
    ours, theirs = Side(keras, keras_trace), Side(torch, torch_trace)
    fused = _given_fused(given or {}, ours, theirs)
    pairs = {k: t for k, t in (given or {}).items() if k in ours.layers and t in theirs.layers and t not in fused}
    ambiguous: list[str] = []
    _set_aside(fused, ours, theirs)
    split = _split(ours, theirs, pairs)
    found = _fuse(ours, theirs, pairs) | _stack(ours, theirs, pairs)
    _set_aside(found, ours, theirs)
    fused |= found
    packed = {path for paths in fused.values() for path in paths}
    near = ChainMap(pairs, {part: path for path, parts in fused.items() for part in parts})
    _pair_up(ours, theirs, pairs, near, ambiguous, fits)
    _pair_up(ours, theirs, pairs, near, ambiguous, fits_loosely)
    taken = {*pairs.values(), *fused, *split.values()}
    tensors = _loose_tensors(ours, theirs, {*pairs, *packed}, taken, given or {})
    free = {k: t for k, t in pairs.items() if k not in (given or {})}
    rivals = (*_rivals(ours, theirs, free), *_unnamed_parts(found), *_rival_tensors(ours, tensors, given or {}))
    return Match(pairs, tensors, fused, tuple(ambiguous), split, rivals)


Fits = Callable[["Side", "Side", str, str], bool]


def _set_aside(fused: Mapping[str, tuple[str, ...]], ours: Side, theirs: Side) -> None:
    for path, parts in fused.items():
        del theirs.layers[path]
        for part in parts:
            del ours.layers[part]


def _given_fused(given: Mapping[str, str], ours: Side, theirs: Side) -> dict[str, tuple[str, ...]]:
    """Torch layers that the user gave several Keras layers, in their order."""
    parts: dict[str, list[str]] = defaultdict(list)
    for path, other in given.items():
        if path in ours.layers and other in theirs.layers:
            parts[other].append(path)
    found = {other: tuple(paths) for other, paths in parts.items() if len(paths) > 1}
    for other, paths in found.items():
        if not _keeps(theirs.layers[other], [ours.layers[path] for path in paths]):
            raise UsageError(
                f"map: {other!r} is given {', '.join(paths)}, but does not keep their weights in one",
                "give it one Keras layer",
            )
    return found


def _keeps(layer: Layer, parts: Sequence[Layer]) -> bool:
    """Three projections of one size, or the layers of one recurrent module."""
    if layer.kind in RECURRENT:
        return layer.storage.get("layers", 1) == len(parts) and all(part.kind == layer.kind for part in parts)
    sizes = {_matrix(part) for part in parts}
    return len(parts) == 3 and len(sizes) == 1 and _packed_size(layer) in {(n, 3 * units) for n, units in sizes}


def _fuse(ours: Side, theirs: Side, pairs: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Three projections that meet in one layer are the query, key and value of an attention."""
    groups = [(after, trio) for after in ours.layers if (trio := _trio(ours, after)) and not set(trio) & set(pairs)]
    found: dict[str, tuple[str, ...]] = {}
    for path, layer in theirs.layers.items():
        if not groups or path not in theirs.above or path in pairs.values():
            continue
        output = f"{path}.out_proj" if layer.kind == "multi_head_attention" else None
        group = next((group for group in groups if output is None or pairs.get(group[0], output) == output), None)
        if group is None or not _keeps(layer, [ours.layers[other] for other in group[1]]):
            continue
        groups.remove(group)
        after, found[path] = group
        if output is not None:
            pairs[after] = output
    return found


def _split(ours: Side, theirs: Side, pairs: dict[str, str]) -> dict[str, str]:
    """A separable convolution is a depthwise one and a convolution of width one behind it."""
    found: dict[str, str] = {}
    for path in [path for path, layer in ours.layers.items() if layer.kind.startswith("separable_conv")]:
        shapes = ours.shapes(path)
        wanted = (shapes["depthwise_kernel"][:-2], shapes["pointwise_kernel"][:-3:-1])
        pairings = chain(_halves(theirs), _halves_around_norms(theirs))
        halves = next((pair for pair in pairings if _window_and_channels(theirs, *pair) == wanted), None)
        if halves:
            found[path], pairs[path] = halves
            del theirs.layers[halves[0]]
    return found


def _halves(side: Side) -> Iterator[tuple[str, str]]:
    """Every depthwise convolution with the convolution that it alone feeds."""
    for path, layer in side.layers.items():
        above = _layers_above(side, path)
        if layer.kind.startswith("conv") and [other.kind[:9] for other in above] == ["depthwise"]:
            yield above[0].path, path


def _halves_around_norms(side: Side) -> Iterator[tuple[str, str]]:
    """Such a pair with a norm between the two, which a separable convolution does not have."""
    for path, layer in side.layers.items():
        above = _layers_above(side, path)
        if layer.kind.startswith("conv") and len(above) == 1 and above[0].kind.endswith("_norm"):
            first = _layers_above(side, above[0].path)
            if [other.kind[:9] for other in first] == ["depthwise"]:
                yield first[0].path, path


def _layers_above(side: Side, path: str) -> list[Layer]:
    return [side.layers[other] for other in side.above.get(path, ()) if other in side.layers]


def _window_and_channels(side: Side, depthwise: str, pointwise: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return side.shapes(depthwise)["weight"][2:], side.shapes(pointwise)["weight"][:2]


def _stack(ours: Side, theirs: Side, pairs: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Recurrent layers in a row that PyTorch keeps in one module of several layers."""
    found: dict[str, tuple[str, ...]] = {}
    for path, layer in theirs.layers.items():
        depth = layer.storage.get("layers", 1)
        taken = {*pairs, *(other for paths in found.values() for other in paths)}
        same = [other for other, mine in ours.layers.items() if mine.kind == layer.kind and other not in taken]
        if depth > 1 and len(same) >= depth and path not in pairs.values():
            found[path] = tuple(same[:depth])
    return found


def _trio(side: Side, path: str) -> tuple[str, ...] | None:
    """The three projections of one size that ``path`` gets its input from: query, key, value."""
    above = side.above.get(path, frozenset())
    layers = [side.layers[other] for other in side.layers if other in above]
    if len(above) != 3 or len(layers) != 3 or any(layer.kind not in DENSE_LIKE for layer in layers):
        return None
    if len({_matrix(layer) for layer in layers}) != 1:
        return None
    named = {initial(layer.path): layer.path for layer in layers}
    return tuple(named[i] for i in "qkv") if set(named) == set("qkv") else tuple(layer.path for layer in layers)


def _matrix(layer: Layer) -> tuple[int, int]:
    """(inputs, units) of a dense layer in effect; (0, 0) where it is not known."""
    shape = layer.storage.get("kernel", ())
    split = layer.storage.get("split", len(shape) - 1)
    return (int(np.prod(shape[:split])), int(np.prod(shape[split:]))) if shape else (0, 0)


def _packed_size(layer: Layer) -> tuple[int, int]:
    shape = layer.storage.get("packed") or layer.storage.get("weight") or (0, 0)
    if len(shape) != 2 or layer.kind not in ("dense", "multi_head_attention"):
        return 0, 0
    return (shape[0], shape[1]) if layer.storage.get("transposed") else (shape[1], shape[0])


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
        rivals = [each for each in ours.layers if each not in pairs and beside(ours, path, each)]
        own = own_word(path, [each for each in rivals if any(fits(ours, theirs, each, c) for c in candidates)])
        if own:
            others = [own_word(c, [d for d in candidates if beside(theirs, c, d)]) for c in candidates]
            scores = [each + SAME_WORD * bool(own & words) for each, words in zip(scores, others, strict=True)]
        best = int(np.argmax(scores))
        rivals = [each for each in ours.layers if each not in pairs and fits(ours, theirs, each, candidates[best])]
        if len(rivals) > len(candidates) and path != _heir(ours, theirs, rivals, candidates[best], near):
            continue  # one of them has no twin, and this one fits less well than another
        if scores.count(scores[best]) > 1:
            ambiguous.append(path)
        pairs[path] = candidates[best]


def _rivals(ours: Side, theirs: Side, pairs: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Layers of one kind and shape that get the same input, on both sides; a word that only one pair has settles it."""
    groups: dict[Any, list[str]] = defaultdict(list)
    for path, other in pairs.items():
        if path in ours.above and other in theirs.above:
            groups[ours.place(path), theirs.place(other)].append(path)
    return _open_groups(groups.values(), pairs)


def _open_groups(groups: Iterable[Sequence[str]], pairs: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """What is left of groups without those whose names tell them from all others."""
    found = []
    for paths in groups:
        others = [pairs[path] for path in paths]
        free = [path for path in paths if not own_word(path, paths) & own_word(pairs[path], others)]
        found += [tuple(free)] if len(free) > 1 else []
    return tuple(found)


def _unnamed_parts(fused: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Projections kept in one tensor whose names do not say which is the query."""
    return tuple(paths for paths in fused.values() if len(paths) == 3 and {initial(p) for p in paths} != set("qkv"))


def _rival_tensors(ours: Side, tensors: Mapping[str, str], given: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """A few tensors of one shape that no layer owns."""
    groups: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for parameter in (p for parameters in ours.parameters.values() for p in parameters):
        if parameter.path in tensors and parameter.path not in given:
            groups[_bare(parameter.shape)].append(parameter.path)
    return _open_groups([paths for paths in groups.values() if len(paths) <= FEW_TENSORS], tensors)


def _heir(ours: Side, theirs: Side, rivals: Sequence[str], other: str, pairs: Mapping[str, str]) -> str:
    """The one of ``rivals`` whose neighbours and name are most like those of ``other``; the first of equals."""
    return max(rivals, key=lambda path: standing(ours, theirs, path, other, pairs))


def _loose_tensors(
    ours: Side, theirs: Side, placed: Collection[str], taken: Collection[str], given: Mapping[str, str]
) -> dict[str, str]:
    """Tensors of code between the layers (a class token, a position table): the same shape, in order."""
    mine = [p for path, ps in ours.parameters.items() if path not in placed for p in ps]
    rest = [p for path, ps in theirs.parameters.items() if path not in taken for p in ps]
    found = {k: t for k, t in given.items() if "/" in k}
    for parameter in mine:
        if parameter.path in found:
            continue
        options = [p for p in rest if p.path not in found.values() and _bare(p.shape) == _bare(parameter.shape)]
        if options and np.prod(parameter.shape) > 1:
            found[parameter.path] = max(options, key=lambda p: alike(parameter.path, p.path)).path
    return found


def _bare(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Without the axes of length one in front: (1, 1, D) and (D,) hold the same values in the same order.

    A vector that is written to be broadcast, as (1, C, 1), loses those behind as well.
    """
    sizes = list(shape)
    if len(sizes) > 2 and len(longer_axes(shape)) == 1:
        return longer_axes(shape)
    while len(sizes) > 1 and sizes[0] == 1:
        sizes.pop(0)
    return tuple(sizes)


def longer_axes(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Without axes of length one: (B, 1, 1, C) and (B, C) hold the same values in the same order."""
    return tuple(size for size in shape if size != 1)


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
    back = {t: k for k, t in anchors.items()}
    ours = upstream(keras, anchors)
    theirs = [frozenset(back.get(n, n) for n in nearest) for nearest in upstream(torch, back)]
    places: dict[frozenset[int], list[int]] = defaultdict(list)
    for number, nearest in enumerate(theirs):
        if number not in back:
            places[nearest].append(number)
    options = {
        number: sorted(
            (t for t in places[ours[number]] if longer_axes(torch[t].shape) == longer_axes(event.shape)),
            key=lambda t: family(torch[t].kind) != family(event.kind),
        )
        for number, event in enumerate(keras)
        if number not in anchors
    }
    return anchors, options


def _called_layers(
    keras: Sequence[Event], torch: Sequence[Event], layers: Mapping[str, str], stacks: Mapping[str, tuple[str, ...]]
) -> dict[int, int]:
    """Calls of matched layers, each with the one that gets the same, or the next.

    A cell that the user's own loop calls at every step is no twin of a whole recurrence.
    """
    layers = dict(layers) | {paths[-1]: path for path, paths in stacks.items()}
    steps = {event.layer for event in torch if event.native.endswith("Cell")}
    calls: dict[str, list[int]] = defaultdict(list)
    for number, event in enumerate(torch):
        calls[_called(event)].append(number)
    theirs = upstream(torch, {t for path in layers.values() for t in calls[path]})
    anchors: dict[int, int] = {}
    ours: list[frozenset[int]] = []
    for number, event in enumerate(keras):
        ours.append(frozenset(n for s in event.sources for n in ({s} if s < 0 or s in anchors else ours[s])))
        path = layers.get(_called(event), "")
        fed = {anchors.get(n, n) for n in ours[number]}
        free = [t for t in calls[path] if t not in anchors.values()]
        if free and path and path not in steps:
            anchors[number] = next((t for t in free if theirs[t] == fed), free[0])
    return anchors


def _called(event: Event) -> str:
    """The layer whose output the event is."""
    return f"{event.layer}.out_proj" if event.kind == "multi_head_attention" else event.layer or ""
