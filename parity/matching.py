"""Which layer and which operation of one model is which of the other, by what it is and where it stands.

Layers that store tensors come first: the kind and the shape of their weights must fit, and of those that fit the one
wins whose upstream layers are already matched to the upstream layers of its twin, which leads to the same outputs and has
like readers and neighbours. A word that only two names have in common counts as much; likeness of names and order decide
ties. What stays open is settled by values (``parity.settling``).
Operations without weights follow by kind and position; values confirm them later (``parity.diagnosis``).
"""

from __future__ import annotations

import difflib
import re
from collections import ChainMap, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from parity.errors import UsageError
from parity.layouts import DENSE_LIKE, EMBEDDINGS, Rows, between
from parity.recording import Description, Event, Layer, Parameter, Trace

ACTIVATIONS = frozenset(
    [
        "relu",
        "gelu",
        "leaky_relu",
        "elu",
        "selu",
        "celu",
        "sigmoid",
        "tanh",
        "silu",
        "softplus",
        "softsign",
        "mish",
        "hard_sigmoid",
        "hard_silu",
        "hardtanh",
        "prelu",
        "activation",
        "log_sigmoid",
        "tanh_shrink",
    ]
)
RECURRENT = frozenset({"lstm", "gru", "rnn"})
POOLS = frozenset({"max_pool", "average_pool", "adaptive_average_pool", "adaptive_max_pool", "mean", "max"})
MASKING = frozenset({"where", "masked_fill"})
UPSTREAM_MATCHES, NAME_FITS, NEXT_IN_ORDER, DOWNSTREAM_FITS = 4.0, 2.0, 1.5, 1.0
SAME_OUTPUTS, SAME_READERS, SAME_WORD, FOLLOWED_ALIKE, PRECEDED_ALIKE, SET_ALIKE = 3.0, 2.0, 3.0, 2.0, 1.0, 2.0
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


def family(kind: str) -> str:
    """Kinds that stand for each other when one was taken by mistake."""
    if kind in ACTIVATIONS:
        return "activation"
    if kind in MASKING:
        return "masking"
    return "pool" if kind in POOLS else kind


def upstream(events: Sequence[Event], anchors: Collection[int]) -> list[frozenset[int]]:
    """For each event the nearest events in ``anchors``, or inputs, that its value comes from."""
    found: list[frozenset[int]] = []
    for event in events:
        nearest: set[int] = set()
        for source in event.sources:
            nearest |= {source} if source < 0 or source in anchors else found[source]
        found.append(frozenset(nearest))
    return found


def match_layers(
    keras: Description,
    torch: Description,
    keras_trace: Trace,
    torch_trace: Trace,
    given: Mapping[str, str] | None = None,
) -> Match:
    """Pair the layers that store tensors; ``given`` pairs are taken as they are."""
    ours, theirs = _Side(keras, keras_trace), _Side(torch, torch_trace)
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
    _pair_up(ours, theirs, pairs, near, ambiguous, _fits)
    _pair_up(ours, theirs, pairs, near, ambiguous, _fits_loosely)
    taken = {*pairs.values(), *fused, *split.values()}
    tensors = _loose_tensors(ours, theirs, {*pairs, *packed}, taken, given or {})
    free = {k: t for k, t in pairs.items() if k not in (given or {})}
    rivals = (*_rivals(ours, theirs, free), *_unnamed_parts(found), *_rival_tensors(ours, tensors, given or {}))
    return Match(pairs, tensors, fused, tuple(ambiguous), split, rivals)


Fits = Callable[["_Side", "_Side", str, str], bool]


class _Side:
    """The layers of one side that store tensors, or norms without, in the order in which they run, and where."""

    def __init__(self, description: Description, trace: Trace) -> None:
        events = trace.events
        self.parameters: dict[str, list[Parameter]] = defaultdict(list)
        for parameter in description.parameters:
            self.parameters[parameter.layer].append(parameter)
        known = description.by_path
        matched = {path for path, layer in known.items() if path in self.parameters or _is_norm(layer)}
        run: dict[str, int] = {}
        for number, event in enumerate(events):
            if event.layer in matched:
                run.setdefault(event.layer, number)
        run |= _own_code(events, matched - run.keys(), known)
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

    def place(self, path: str) -> tuple[Any, ...]:
        """What must be equal in layers that could change places."""
        return self.above[path], self.kinds[path], tuple(sorted(self.shapes(path).items()))

    def shapes(self, path: str) -> dict[str, tuple[int, ...]]:
        return {p.name: p.shape for p in self.parameters.get(path, ())}


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


def _set_aside(fused: Mapping[str, tuple[str, ...]], ours: _Side, theirs: _Side) -> None:
    for path, parts in fused.items():
        del theirs.layers[path]
        for part in parts:
            del ours.layers[part]


def _given_fused(given: Mapping[str, str], ours: _Side, theirs: _Side) -> dict[str, tuple[str, ...]]:
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


def _fuse(ours: _Side, theirs: _Side, pairs: dict[str, str]) -> dict[str, tuple[str, ...]]:
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


def _split(ours: _Side, theirs: _Side, pairs: dict[str, str]) -> dict[str, str]:
    """A separable convolution is a depthwise one and a convolution of width one behind it."""
    found: dict[str, str] = {}
    for path in [path for path, layer in ours.layers.items() if layer.kind.startswith("separable_conv")]:
        shapes = ours.shapes(path)
        wanted = (shapes["depthwise_kernel"][:-2], shapes["pointwise_kernel"][:-3:-1])
        halves = next((pair for pair in _halves(theirs) if _window_and_channels(theirs, *pair) == wanted), None)
        if halves:
            found[path], pairs[path] = halves
            del theirs.layers[halves[0]]
    return found


def _halves(side: _Side) -> Iterator[tuple[str, str]]:
    """Every depthwise convolution with the convolution that it alone feeds."""
    for path, layer in side.layers.items():
        above = [side.layers[other] for other in side.above.get(path, ()) if other in side.layers]
        if layer.kind.startswith("conv") and [other.kind[:9] for other in above] == ["depthwise"]:
            yield above[0].path, path


def _window_and_channels(side: _Side, depthwise: str, pointwise: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return side.shapes(depthwise)["weight"][2:], side.shapes(pointwise)["weight"][:2]


def _stack(ours: _Side, theirs: _Side, pairs: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Recurrent layers in a row that PyTorch keeps in one module of several layers."""
    found: dict[str, tuple[str, ...]] = {}
    for path, layer in theirs.layers.items():
        depth = layer.storage.get("layers", 1)
        taken = {*pairs, *(other for paths in found.values() for other in paths)}
        same = [other for other, mine in ours.layers.items() if mine.kind == layer.kind and other not in taken]
        if depth > 1 and len(same) >= depth and path not in pairs.values():
            found[path] = tuple(same[:depth])
    return found


def _trio(side: _Side, path: str) -> tuple[str, ...] | None:
    """The three projections of one size that ``path`` gets its input from: query, key, value."""
    above = side.above.get(path, frozenset())
    layers = [side.layers[other] for other in side.layers if other in above]
    if len(above) != 3 or len(layers) != 3 or any(layer.kind not in DENSE_LIKE for layer in layers):
        return None
    if len({_matrix(layer) for layer in layers}) != 1:
        return None
    named = {_initial(layer.path): layer.path for layer in layers}
    return tuple(named[i] for i in "qkv") if set(named) == set("qkv") else tuple(layer.path for layer in layers)


def _initial(path: str) -> str:
    """``block.query`` -> ``q``, ``w_k`` -> ``k``."""
    words = re.findall(r"[a-z]+", path.rpartition(".")[2].lower())
    return next((word[0] for word in words if word[0] in "qkv"), path)


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
    ours: _Side, theirs: _Side, pairs: dict[str, str], near: Mapping[str, str], ambiguous: list[str], fits: Fits
) -> None:
    """Give every layer the best of those that fit; ``near`` has what is known of its surroundings."""
    for path in ours.layers:
        if path in pairs:
            continue
        taken = set(pairs.values())
        candidates = [other for other in theirs.layers if other not in taken and fits(ours, theirs, path, other)]
        if not candidates:
            continue
        scores = [_score(ours, theirs, path, other, near, place == 0) for place, other in enumerate(candidates)]
        rivals = [each for each in ours.layers if each not in pairs and _beside(ours, path, each)]
        own = _own_word(path, [each for each in rivals if any(fits(ours, theirs, each, c) for c in candidates)])
        scores = [
            score + SAME_WORD * bool(own & _own_word(c, [d for d in candidates if _beside(theirs, c, d)]))
            for score, c in zip(scores, candidates, strict=True)
        ]
        best = int(np.argmax(scores))
        rivals = [each for each in ours.layers if each not in pairs and fits(ours, theirs, each, candidates[best])]
        if len(rivals) > len(candidates) and path != _heir(ours, theirs, rivals, candidates[best], near):
            continue  # one of them has no twin, and this one fits less well than another
        if scores.count(scores[best]) > 1:
            ambiguous.append(path)
        pairs[path] = candidates[best]


def _rivals(ours: _Side, theirs: _Side, pairs: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
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
        free = [path for path in paths if not _own_word(path, paths) & _own_word(pairs[path], others)]
        found += [tuple(free)] if len(free) > 1 else []
    return tuple(found)


def _unnamed_parts(fused: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Projections kept in one tensor whose names do not say which is the query."""
    return tuple(paths for paths in fused.values() if len(paths) == 3 and {_initial(p) for p in paths} != set("qkv"))


def _rival_tensors(ours: _Side, tensors: Mapping[str, str], given: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """A few tensors of one shape that no layer owns."""
    groups: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for parameter in (p for parameters in ours.parameters.values() for p in parameters):
        if parameter.path in tensors and parameter.path not in given:
            groups[_bare(parameter.shape)].append(parameter.path)
    return _open_groups([paths for paths in groups.values() if len(paths) <= FEW_TENSORS], tensors)


def _heir(ours: _Side, theirs: _Side, rivals: Sequence[str], other: str, pairs: Mapping[str, str]) -> str:
    """The one of ``rivals`` whose neighbours and name are most like those of ``other``; the first of equals."""
    return max(rivals, key=lambda path: _standing(ours, theirs, path, other, pairs))


def _standing(ours: _Side, theirs: _Side, path: str, other: str, pairs: Mapping[str, str]) -> float:
    near = 0.0
    for mine, rest in ((ours.above, theirs.above), (ours.below, theirs.below)):
        first, second = mine.get(path, frozenset()), rest.get(other, frozenset())
        fitting = [any(_neighbours(ours, theirs, a, b, pairs) for b in second) for a in first]
        near += 1.0 if all(fitting) and bool(first) == bool(second) else 0.5 * any(fitting)
    return UPSTREAM_MATCHES * near + _place_alike(ours, theirs, path, other) + NAME_FITS * _alike(path, other)


def _place_alike(ours: _Side, theirs: _Side, path: str, other: str) -> float:
    """The outputs that they lead to, and the operations in front of them and behind."""
    behind = _shared(ours.followed.get(path, frozenset()), theirs.followed.get(other, frozenset()))
    before = _shared(ours.preceded.get(path, frozenset()), theirs.preceded.get(other, frozenset()))
    same_outputs = ours.reaches.get(path) == theirs.reaches.get(other)
    return SAME_OUTPUTS * same_outputs + FOLLOWED_ALIKE * behind + PRECEDED_ALIKE * before


def _neighbours(ours: _Side, theirs: _Side, path: str, other: str, pairs: Mapping[str, str]) -> bool:
    """They are matched, or may be."""
    if path in pairs or path not in ours.layers or other not in theirs.layers:
        return pairs.get(path, path) == other
    return other not in pairs.values() and _fits(ours, theirs, path, other)


def _is_norm(layer: Layer) -> bool:
    return layer.kind.endswith("_norm")


def _fits(ours: _Side, theirs: _Side, path: str, other: str) -> bool:
    """The weights of the one can be stored in the other; a norm may have none."""
    keras, torch = ours.layers[path], theirs.layers[other]
    if _is_norm(keras) and keras.kind == torch.kind and not (ours.shapes(path) and theirs.shapes(other)):
        return True
    layout = between(keras, torch)
    if layout is None or isinstance(layout, Rows):
        return False
    stored = layout.to_keras({n: np.zeros(s, np.float32) for n, s in theirs.shapes(other).items()}, torch.storage)
    shared = {name: array.shape for name, array in stored.items()}
    main = _main(ours.shapes(path), shared)
    return main is not None and shared[main] == ours.shapes(path)[main]


def _fits_loosely(ours: _Side, theirs: _Side, path: str, other: str) -> bool:
    """The same kind between matched neighbours, though the shapes differ: a finding, not a match of weights."""
    keras, torch = ours.layers[path], theirs.layers[other]
    related = keras.kind == torch.kind or (keras.kind in EMBEDDINGS and torch.kind in EMBEDDINGS)
    related = related or (_is_norm(keras) and _is_norm(torch))
    return related and len(ours.above.get(path, ())) == len(theirs.above.get(other, ()))


def _main(ours: Mapping[str, tuple[int, ...]], shared: Mapping[str, tuple[int, ...]]) -> str | None:
    """The largest tensor that both have."""
    both = [name for name in ours if name in shared]
    return max(both, key=lambda name: int(np.prod(ours[name])), default=None)


def _score(ours: _Side, theirs: _Side, path: str, other: str, pairs: Mapping[str, str], first: bool) -> float:
    above = {pairs.get(source, source) for source in ours.above.get(path, ())}
    same = above == set(theirs.above.get(other, ()))
    some = bool(above & set(theirs.above.get(other, ())))
    kinds = [
        sorted(side.kinds[p] for p in side.below.get(where, ()) if p in side.kinds)
        for side, where in ((ours, path), (theirs, other))
    ]
    return (
        (UPSTREAM_MATCHES if same else UPSTREAM_MATCHES / 2 if some else 0.0)
        + NAME_FITS * (_alike(path, other) + _roles(path, other))
        + (NEXT_IN_ORDER if first else 0.0)
        + (DOWNSTREAM_FITS if kinds[0] == kinds[1] else 0.0)
        + (SAME_READERS if _read_alike(ours, theirs, path, other, pairs) else 0.0)
        + SET_ALIKE * _set_alike(ours.layers[path], theirs.layers[other])
        + _place_alike(ours, theirs, path, other)
    )


def _read_alike(ours: _Side, theirs: _Side, path: str, other: str, pairs: Mapping[str, str]) -> bool:
    """As many layers read the one as the other, and each of them could be one of those."""
    first, second = ours.below.get(path, set()), theirs.below.get(other, set())
    partners = {pairs.get(a, a) for a in first}
    return len(partners) == len(second) and all(
        any(_neighbours(ours, theirs, a, b, pairs) for b in second) for a in first
    )


def _set_alike(keras: Layer, torch: Layer) -> float:
    """The share of the settings stated on both sides that are equal."""
    both = keras.attributes.keys() & torch.attributes.keys()
    return sum(keras.attributes[name] == torch.attributes[name] for name in both) / max(1, len(both))


def _shared(first: frozenset[str], second: frozenset[str]) -> float:
    """How much two collections have in common, 0 to 1."""
    return len(first & second) / max(1, len(first | second))


def _own_word(path: str, rivals: Iterable[str]) -> set[str]:
    """Words in a name that those of its rivals lack."""
    return _words(path) - {word for rival in rivals if rival != path for word in _words(rival)}


def _beside(side: _Side, path: str, other: str) -> bool:
    """They get the same input."""
    return side.above.get(path) == side.above.get(other)


def _words(path: str) -> set[str]:
    return set(re.findall(r"[a-z]+", path.lower()))


def _roles(path: str, other: str) -> float:
    """A query is no key: 1 for the same part of an attention, -1 for another, 0 if the names do not tell."""
    parts = [_initial(name) for name in (path, other)]
    if not set(parts) <= set("qkv"):
        return 0.0
    return 1.0 if parts[0] == parts[1] else -1.0


def _alike(path: str, other: str) -> float:
    """How alike two names are, 0 to 1."""
    first, second = (re.sub(r"[^a-z0-9]+", " ", name.lower()) for name in (path, other))
    return difflib.SequenceMatcher(None, first, second).ratio()


def _loose_tensors(
    ours: _Side, theirs: _Side, placed: Collection[str], taken: Collection[str], given: Mapping[str, str]
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
            found[parameter.path] = max(options, key=lambda p: _alike(parameter.path, p.path)).path
    return found


def _bare(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Without the axes of length one in front: (1, 1, D) and (D,) hold the same values in the same order."""
    sizes = list(shape)
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
