"""Layers of which several of one model are one of the other: packed projections, stacks, separable convolutions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any

from parity.cells import find_cells, gates_of, like_cells
from parity.directions import directions, is_directions
from parity.errors import UsageError
from parity.grids import find_grids, layers_in, like_grids
from parity.kinds import CONVOLUTIONS, RECURRENT, TRANSPOSED
from parity.layouts import DENSE_LIKE, is_matrix, matrix_size
from parity.likeness import initial
from parity.partners import TAKEN, TOGETHER, axes_in, paths_in, untaken
from parity.recording import Layer
from parity.surroundings import Side
from parity.tables import are_beside, is_one_table, tables

Inputs = int | tuple[int, ...]
"""Of a projection; of a convolution with a window its channels and the window."""
Size = Callable[[Layer], tuple[Inputs, int]]
MANY = 8
"""Projections that are looked for in one."""


@dataclass(frozen=True)
class Groups:
    """Layers of which several of one side are one of the other; see ``Match``.

    Args:
        open: parts whose order in such a layer no name tells, or that may take turns in it.
        heads: Torch path -> so many times the parts take turns in it.
        cells: Keras path of a recurrence -> the product that makes its gates, with its order; see ``parity.cells``.
        grids: Keras tensors of a cell of the user's own -> those of PyTorch, with their order; see ``parity.grids``.
    """

    fused: Mapping[str, tuple[str, ...]]
    spread: Mapping[str, tuple[str, ...]]
    split: Mapping[str, str]
    open: tuple[tuple[str, ...], ...]
    heads: Mapping[str, int]
    cells: Mapping[str, str]
    grids: Mapping[str, str]

    @property
    def near(self) -> dict[str, str]:
        """Keras path -> the Torch path, or the first of them."""
        parts = {part: path for path, parts in self.fused.items() for part in parts}
        cells = {path: paths_in(text)[0] for path, text in self.cells.items()}
        grids = {path: layers_in(text)[0] for names, text in self.grids.items() for path in layers_in(names)}
        return parts | {path: parts[0] for path, parts in self.spread.items()} | cells | grids

    @property
    def keras(self) -> set[str]:
        return {*self.near}

    @property
    def torch(self) -> set[str]:
        several = (*self.spread.values(), *map(paths_in, self.cells.values()), *map(layers_in, self.grids.values()))
        return {*self.fused, *self.split.values(), *(path for parts in several for path in parts)}


def grouped(ours: Side, theirs: Side, given: Mapping[str, str]) -> tuple[dict[str, str], Groups]:
    """Pairs that are given, or found on the way, and groups; what is in a group is set aside."""
    fused, spread = _given_fused(given, ours, theirs), _given_spread(given, ours, theirs)
    stated = {k: untaken(t) if axes_in(t) else t for k, t in given.items() if k in ours.layers}
    pairs = {k: t for k, t in stated.items() if t in theirs.layers and t not in fused}
    heads = _given_heads(given, ours)
    _set_aside(fused, ours, theirs)
    _set_aside(spread, theirs, ours)
    cells = find_cells(ours, theirs, pairs, given)
    _set_aside({path: paths_in(text) for path, text in cells.items()}, theirs, ours)
    grids = find_grids(ours, theirs, pairs, given)
    for side, names in ((ours, grids), (theirs, grids.values())):
        side.layers = {path: layer for path, layer in side.layers.items() if path not in set(_owners(names))}
    both_ways = dict(directions(ours, theirs, pairs))
    _set_aside(both_ways, theirs, ours)
    shared = dict(tables(theirs, ours, pairs.values(), pairs))
    turning = [parts for path, parts in shared.items() if _lie_beside(theirs, path, ours, parts)]
    _set_aside(shared, ours, theirs)
    parted = dict(tables(ours, theirs, pairs, pairs.values()))
    turning += [(path,) for path, parts in parted.items() if _lie_beside(ours, path, theirs, parts)]
    _set_aside(parted, theirs, ours)
    split = _split(ours, theirs, pairs)
    packed, stacks = _fuse(ours, theirs, pairs), _stack(ours, theirs, pairs)
    branches = _branches(ours, theirs, pairs)
    _set_aside(packed | stacks | branches, ours, theirs)
    at_once = _made_at_once(theirs, torch_size, ours, keras_size, pairs.values(), pairs)
    _set_aside(at_once, ours, theirs)
    packed |= at_once
    apart = _made_at_once(ours, keras_size, theirs, torch_size, pairs, pairs.values())
    _set_aside(apart, theirs, ours)
    joined = _added(theirs, torch_size, ours, keras_size, pairs.values(), pairs)
    _set_aside(joined, ours, theirs)
    packed |= joined
    added = _added(ours, keras_size, theirs, torch_size, pairs, pairs.values())
    _set_aside(added, theirs, ours)
    apart |= added
    unsettled = [*packed.values()]  # layers of a stack are in the order they run in
    unsettled += [(path,) for path, parts in apart.items() if unnamed(parts)]
    unsettled += [(path,) for path in both_ways]
    unsettled += turning
    unsettled += like_cells({path: text for path, text in cells.items() if path not in given})
    unsettled += like_grids({names: text for names, text in grids.items() if names not in given})
    joint = fused | packed | stacks | branches | shared
    return pairs, Groups(joint, spread | apart | both_ways | parted, split, tuple(unsettled), heads, cells, grids)


def _lie_beside(side: Side, path: str, other: Side, parts: Sequence[str]) -> bool:
    """Tables that may as well lie in another order in the one that they are."""
    return are_beside(side.layers[path], [other.layers[part] for part in parts])


def _owners(several: Iterable[str]) -> Iterator[str]:
    """Owners of tensors whose names are joined."""
    return (path for names in several for path in layers_in(names))


def _set_aside(joined: Mapping[str, tuple[str, ...]], parts: Side, wholes: Side) -> None:
    for path, paths in joined.items():
        del wholes.layers[path]
        for part in paths:
            del parts.layers[part]


def _given_fused(given: Mapping[str, str], ours: Side, theirs: Side) -> dict[str, tuple[str, ...]]:
    """Torch layers that the user gave several Keras layers, in their order."""
    parts: dict[str, list[str]] = defaultdict(list)
    for path, other in given.items():
        whole = untaken(other)
        if path in ours.layers and whole in theirs.layers:
            parts[whole].append(path)
    found = {other: tuple(paths) for other, paths in parts.items() if len(paths) > 1}
    for other, paths in found.items():
        if not _keeps(theirs.layers[other], [ours.layers[path] for path in paths]):
            raise UsageError(
                f"map: {other!r} is given {', '.join(paths)}, but does not keep their weights in one",
                "give it one Keras layer",
            )
    return found


def _given_heads(given: Mapping[str, str], ours: Side) -> dict[str, int]:
    found: dict[str, int] = {}
    for path, other in given.items():
        layer, by_heads, heads = other.partition(TAKEN)
        if by_heads and path in ours.layers and not gates_of(ours.layers[path]) and not axes_in(other):
            units = keras_size(ours.layers[path])[1]
            if not heads.isdecimal() or not int(heads) or units % int(heads):
                raise UsageError(
                    f"map: {other!r}: {heads!r} heads for {path!r} with {units} units, expected a divisor of them",
                    f"{layer}{TAKEN}4 for four heads",
                )
            found[layer] = int(heads)
    return found


def _given_spread(given: Mapping[str, str], ours: Side, theirs: Side) -> dict[str, tuple[str, ...]]:
    """Keras layers that the user gave several Torch layers, in their order."""
    of_layers = {path: other for path, other in given.items() if "/" not in path}
    found = {path: paths_in(other) for path, other in of_layers.items() if TOGETHER in other and TAKEN not in other}
    for path, parts in found.items():
        if path not in ours.layers or not all(part in theirs.layers for part in parts):
            raise UsageError(f"map: {path!r} is given {given[path]!r}, not all of which are layers with tensors")
        layers = [theirs.layers[part] for part in parts]
        whole = ours.layers[path]
        fits = _joined(layers, torch_size) == keras_size(whole) or is_sum(layers, torch_size, whole)
        if not fits and not is_directions(whole, layers) and not is_one_table(whole, layers):
            raise UsageError(
                f"map: {path!r} is given {given[path]!r}, but does not keep their weights in one",
                "give it one Torch layer",
            )
    return found


def _keeps(layer: Layer, parts: Sequence[Layer]) -> bool:
    """Projections of one input, or the layers of one recurrent module."""
    if layer.kind in RECURRENT:
        return layer.storage.get("layers", 1) == len(parts) and all(part.kind == layer.kind for part in parts)
    if is_one_table(layer, parts):
        return True
    if "separate" in layer.storage:
        return [keras_size(part) for part in parts] == list(layer.storage["separate"])
    return _joined(parts, keras_size) in (_packed_size(layer), torch_size(layer)) or is_sum(parts, keras_size, layer)


def _fuse(ours: Side, theirs: Side, pairs: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Three projections that meet in one layer are the query, key and value of an attention."""
    groups = [(after, trio) for after in ours.layers if (trio := _trio(ours, after)) and not set(trio) & set(pairs)]
    found: dict[str, tuple[str, ...]] = {}
    lonely = _without_twin(theirs, torch_size, ours, keras_size, pairs.values(), pairs)
    for path, layer in theirs.layers.items():
        if not groups or path not in theirs.above or path in pairs.values():
            continue
        if layer.kind in DENSE_LIKE and path not in lonely:
            continue
        output = f"{path}.out_proj" if layer.kind == "multi_head_attention" else None
        possible = groups if output else [group for group in groups if _have_one_source(ours, group[1])]
        fitting = [group for group in possible if _keeps(layer, [ours.layers[other] for other in group[1]])]
        group = next((group for group in fitting if output is None or pairs.get(group[0], output) == output), None)
        if group is None:
            continue
        groups.remove(group)
        after, found[path] = group
        if output is not None:
            pairs[after] = output
    return found


def _have_one_source(side: Side, paths: Sequence[str]) -> bool:
    """Something that they all take, as those must that one dense layer makes at once."""
    return bool(frozenset.intersection(*(side.above.get(path, frozenset()) for path in paths)))


def _made_at_once(
    side: Side, size: Size, other: Side, size_of_part: Size, taken: Collection[str], taken_parts: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Projections of ``side``, each with a few of ``other``, of any sizes, that it makes at once.

    What has no twin any more when others are parts is looked at again.
    """
    found: dict[str, tuple[str, ...]] = {}
    while True:
        parts = chain.from_iterable(found.values())
        more = _at_once(side, size, other, size_of_part, {*taken, *found}, {*taken_parts, *parts})
        if not more:
            return {path: found[path] for path in _projections(side) if path in found}
        found |= more


def _at_once(
    side: Side, size: Size, other: Side, size_of_part: Size, taken: Collection[str], taken_parts: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Those of them that have no twin now.

    Those whose parts are like it, with biases or without and of one owner, come before those of size alone.
    """
    found: dict[str, tuple[str, ...]] = {}
    lonely = _without_twin(side, size, other, size_of_part, taken, taken_parts)
    for path, alike in [*((path, True) for path in lonely), *((path, False) for path in lonely)]:
        used = {*taken_parts, *(part for parts in found.values() for part in parts)}
        groups = ([other.layers[part] for part in group] for group in _siblings(other, used) if path not in found)
        level = (group for group in groups if side.is_level(path, other, [part.path for part in group]))
        fitting = (group for group in level if _joined(group, size_of_part) == size(side.layers[path]))
        has_bias = "bias" in side.shapes(path)
        group = next((group for group in fitting if not alike or _all_alike(other, group, has_bias)), None)
        if group:
            found[path] = tuple(sorted((layer.path for layer in group), key=_role))
    return {path: found[path] for path in lonely if path in found}


def _all_alike(side: Side, parts: Sequence[Layer], has_bias: bool) -> bool:
    """All have a bias or none has one, and one layer holds them."""
    biases = {"bias" in side.shapes(part.path) for part in parts}
    owners = {part.path.rpartition(".")[0] for part in parts}
    return biases == {has_bias} and len(owners) == 1


def _added(
    side: Side, size: Size, other: Side, size_of_part: Size, taken: Collection[str], taken_parts: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Projections of values side by side, each with two of ``other`` whose results are added: W [x, y] = U x + V y."""
    found: dict[str, tuple[str, ...]] = {}
    lonely = _without_twin(other, size_of_part, side, size, taken_parts, taken)
    lonely = [path for path in lonely if "add" in other.followed[path]]
    for path in _without_twin(side, size, other, size_of_part, taken, taken_parts):
        used = {part for parts in found.values() for part in parts}
        couples = combinations([part for part in lonely if part not in used], 2)
        readers = ((couple, [other.below.get(part, set()) for part in couple]) for couple in couples)
        met = [couple for couple, (one, two) in readers if one & two or not one | two]
        fitting = (c for c in met if is_sum([other.layers[part] for part in c], size_of_part, side.layers[path]))
        couple = next(fitting, None)
        if couple:
            found[path] = couple
    return found


def is_sum(parts: Sequence[Layer], size: Size, whole: Layer) -> bool:
    """Do ``parts`` project to one size, all that ``whole`` on the other side takes, with no more biases?"""
    inputs, units = zip(*map(size, parts), strict=True)
    wanted = keras_size if size is torch_size else torch_size
    biases = sum(bool(part.attributes.get("bias")) for part in parts)
    if len(set(units)) > 1 or biases != bool(whole.attributes.get("bias")) or 0 in units:
        return False
    windows = {each[1:] if isinstance(each, tuple) else None for each in inputs}
    if len(windows) > 1:
        return False
    window = windows.pop()
    channels = sum(each[0] if isinstance(each, tuple) else each for each in inputs)
    return wanted(whole) == (channels if window is None else (channels, *window), units[0])


def _without_twin(
    side: Side, size: Size, other: Side, size_of_part: Size, taken: Collection[str], taken_parts: Collection[str]
) -> list[str]:
    """Projections of a size that fewer layers of the other side have; those of another kind than these first."""
    free = [path for path in _projections(side) if path not in taken]
    sizes = defaultdict(list)
    for path in free:
        sizes[size(side.layers[path])].append(path)
    alike = defaultdict(list)
    for path in _projections(other):
        if path not in taken_parts:
            alike[size_of_part(other.layers[path])].append(other.layers[path].kind)
    found = set()
    for key, paths in sizes.items():
        paths.sort(key=lambda path: side.layers[path].kind in alike[key])
        found |= set(paths[: max(0, len(paths) - len(alike[key]))])
    return [path for path in free if path in found]


def _projections(side: Side) -> Iterator[str]:
    """Layers that run and are dense in effect, or convolutions."""
    for path, layer in side.layers.items():
        if path in side.above and ((layer.kind in DENSE_LIKE and is_matrix(layer)) or _is_windowed(layer)):
            yield path


def _siblings(side: Side, taken: Collection[str]) -> Iterator[tuple[str, ...]]:
    """A few projections of one input that follow one another, more of them first."""
    groups: dict[Any, list[str]] = defaultdict(list)
    for path in _projections(side):
        if path not in taken:
            layer = side.layers[path]
            groups[side.above[path], *(str(layer.attributes.get(each)) for each in ("stride", "dilation"))].append(path)
    for paths in groups.values():
        for count in range(min(len(paths), MANY), 1, -1):
            yield from (tuple(paths[n : n + count]) for n in range(len(paths) - count + 1))


def _joined(parts: Sequence[Layer], size: Size) -> tuple[Inputs, int]:
    """(inputs, units) of projections that are made at once; (-1, -1) where their inputs are not of one size."""
    sizes = [size(part) for part in parts]
    return (sizes[0][0], sum(units for _, units in sizes)) if len({n for n, _ in sizes}) == 1 else (-1, -1)


def _role(path: str) -> int:
    """A query before a key before a value; others stay in their order."""
    found = "qkv".find(initial(path))
    return found if len(initial(path)) == 1 else 0


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
        if layer.kind.startswith("conv") and [_is_depthwise(other) for other in above] == [True]:
            yield above[0].path, path


def _halves_around_norms(side: Side) -> Iterator[tuple[str, str]]:
    """Such a pair with a norm between the two, which a separable convolution does not have."""
    for path, layer in side.layers.items():
        above = _layers_above(side, path)
        if layer.kind.startswith("conv") and len(above) == 1 and above[0].kind.endswith("_norm"):
            first = _layers_above(side, above[0].path)
            if [_is_depthwise(other) for other in first] == [True]:
                yield first[0].path, path


def _is_depthwise(layer: Layer) -> bool:
    """A convolution of each channel alone; of a single one any is."""
    return layer.kind.startswith("depthwise") or (
        layer.kind in CONVOLUTIONS and layer.storage.get("weight", (0, 0))[1] == 1 and not is_matrix(layer)
    )


def _layers_above(side: Side, path: str) -> list[Layer]:
    return [side.layers[other] for other in side.above.get(path, ()) if other in side.layers]


def _window_and_channels(side: Side, depthwise: str, pointwise: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    first, second = (side.shapes(path).get("weight", ()) for path in (depthwise, pointwise))
    return first[2:], second[:2]


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


def _branches(ours: Side, theirs: Side, pairs: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Convolutions, or dense layers, of slices of one input, one for each group of a grouped convolution."""
    found: dict[str, tuple[str, ...]] = {}
    for path, layer in theirs.layers.items():
        groups = layer.attributes.get("groups", 1)
        weight = theirs.shapes(path).get("weight")  # a computed one is not stored
        if groups == 1 or layer.kind not in CONVOLUTIONS | TRANSPOSED or path in pairs.values() or not weight:
            continue
        units, channels, *window = weight
        kernel = (*window, channels, units // groups)
        kernels = {kernel, kernel[-2:]} if set(window) == {1} else {kernel}
        taken = {*pairs, *(other for paths in found.values() for other in paths)}
        same = [other for other in ours.layers if ours.shapes(other).get("kernel") in kernels and other not in taken]
        beside = [other for other in same if ours.above.get(other) == ours.above.get(same[0])]
        if len(beside) == groups:
            found[path] = tuple(beside)
    return found


def _trio(side: Side, path: str) -> tuple[str, ...] | None:
    """The three projections to one size that ``path`` gets its input from: query, key, value."""
    above = side.above.get(path, frozenset())
    layers = [side.layers[other] for other in side.layers if other in above]
    if len(above) != 3 or len(layers) != 3 or any(layer.kind not in DENSE_LIKE for layer in layers):
        return None
    if len({keras_size(layer)[1] for layer in layers}) != 1:
        return None
    named = {initial(layer.path): layer.path for layer in layers}
    return tuple(named[i] for i in "qkv") if set(named) == set("qkv") else tuple(layer.path for layer in layers)


def _is_windowed(layer: Layer) -> bool:
    """A convolution of all channels that no dense layer could replace."""
    return layer.kind in CONVOLUTIONS and not is_matrix(layer) and layer.attributes.get("groups", 1) == 1


def keras_size(layer: Layer) -> tuple[Inputs, int]:
    """(inputs, units) of a layer of Keras that is dense in effect, or of a convolution; (0, 0) where not known."""
    if _is_windowed(layer) and "kernel" in layer.storage:
        *window, channels, units = layer.storage["kernel"]
        return (channels, *window), units
    return matrix_size(layer.storage)


def torch_size(layer: Layer) -> tuple[Inputs, int]:
    """The same of a layer of PyTorch; (0, 0) of anything else."""
    shape = layer.storage.get("weight", ())
    if _is_windowed(layer) and shape:
        return tuple(shape[1:]), shape[0]
    if layer.kind not in DENSE_LIKE or not is_matrix(layer) or len(shape) < 2:
        return 0, 0
    return (shape[0], shape[1]) if layer.storage.get("transposed") else (shape[1], shape[0])


def _packed_size(layer: Layer) -> tuple[int, int]:
    shape = layer.storage.get("packed") or layer.storage.get("weight") or (0, 0)
    if len(shape) != 2 or layer.kind not in ("dense", "multi_head_attention"):
        return 0, 0
    return (shape[0], shape[1]) if layer.storage.get("transposed") else (shape[1], shape[0])


def unnamed(paths: Sequence[str]) -> bool:
    """Their names do not say which is the query."""
    return {initial(path) for path in paths} != set("qkv")
