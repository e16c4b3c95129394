"""Tensors that no layer of a library owns: of code between the layers, or of layers of the user's own.

They are paired by shape, by what feeds their owners and the order in which these run, with names as hints; all at
once, so that a tensor does not take the twin of another that is more like it. A matrix of PyTorch that only fits the
other way round is turned, as its dense layers have theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import NDArray

from parity.couples import coupled, couples_in
from parity.errors import UsageError
from parity.joined import find_joined
from parity.kinds import MIXING
from parity.likeness import SAME_WORD, alike, own_word, same_part, same_role
from parity.partners import TAKEN, TOGETHER, TRANSPOSED, axes_in, paths_in, taken_by, untaken
from parity.recording import Event, Parameter
from parity.shapes import Shape, axes_between, bare, lined_up, longer_axes, moved_axes, turned_shape
from parity.stacks import find_stacks
from parity.surroundings import Side

COMPUTED = ".parametrizations."
"""Between the path of a layer of PyTorch and the name of a weight of it that is computed."""
FEW_TENSORS = 4
FEW_PARTS = 3
KERNELS = MIXING | {"linear"}
SAME_OWNER, SAME_FED, OWNERS_IN_ORDER, IN_ORDER, NEAR = 2.0, 1.0, 1.0, 0.5, 0.1
"""What counts beside a name, which counts 1 if it is the same letter by letter.

The owners are matched; equal layers feed them; the owner, or the tensor, has the same place among as many; it is used
as early or as late.
"""
EQUAL, SPREAD_OUT, TURNED = 300.0, 200.0, 100.0
"""What a shape counts: the same, the same without axes of length one, and with its axes moved; more than all names."""


@dataclass(frozen=True)
class Loose:
    """Pairs of tensors.

    Args:
        pairs: Keras tensor -> Torch tensor; several joined names on one side for a list, see ``parity.stacks``.
        turned: Torch matrices that Keras has the other way round.
        open: groups of Keras tensors, or of all those of one owner, that could as well change places.
        axes: Torch tensors -> the order of their axes in Keras, where lengths do not tell it.
    """

    pairs: Mapping[str, str]
    turned: frozenset[str]
    open: tuple[tuple[str, ...], ...]
    axes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def pair_loose(
    ours: Side,
    theirs: Side,
    events: Sequence[Event],
    placed: Collection[str],
    taken: Collection[str],
    near: Mapping[str, str],
    given: Mapping[str, str],
) -> Loose:
    """Pair what layers in ``placed``, and in ``taken`` on the Torch side, do not own.

    Args:
        events: of PyTorch.
        near: Keras path -> Torch path of layers that are matched.
    """
    known = {k: untaken(t) for k, t in given.items() if "/" in k}
    turned = used = _used_turned(theirs, events)
    mine = _without([p for p in _in_order(ours) if p.layer not in placed], known)
    rest = _without([p for p in _in_order(theirs) if p.layer not in taken], known.values())
    both = coupled(mine, rest)
    mine, rest = ([p for p in tensors if p.path not in both.aside] for tensors in (both.mine, both.rest))
    stacks, turned_stacks = find_stacks(mine, rest, turned)
    mine, rest = _without(mine, stacks), _without(rest, stacks.values())
    joined, turned_joined = find_joined(
        mine, rest, turned, lambda p, t: _fits(p.shape, t.shape, t.path in turned) > TURNED
    )
    several = stacks | joined
    mine, rest = _without(both.mine, several), _without(both.rest, several.values())
    worth = _worth(mine, rest, turned)
    for n, m in np.argwhere(worth):
        above = {near.get(path, path) for path in ours.above.get(mine[n].layer, ())}
        owner = _owner(rest[m])
        worth[n, m] += SAME_OWNER * (near.get(mine[n].layer) == owner)
        worth[n, m] += SAME_FED * (bool(above) and above == set(theirs.above.get(owner, ())))
    found = known | _assigned(mine, rest, worth)
    shapes, others = _shapes(ours), _shapes(theirs)
    told = {untaken(t): taken_by(t) == TRANSPOSED for k, t in given.items() if "/" in k}
    turned |= {path for path, is_turned in told.items() if is_turned}
    alone = {t: (shapes[k], others[t]) for k, t in found.items() if k in shapes and t in others}
    turned |= {t for t, both in alone.items() if _fits(*both, t in turned) == TURNED}
    axes = _given_axes(given, shapes, others) | _moved(alone, turned)
    turned -= axes.keys()
    turned |= _named_like(turned, alone)
    turned -= {path for path, is_turned in told.items() if not is_turned and _is_square(others.get(path, ()))}
    free = {p.path: p for p in mine if p.path in found}
    rivals = (*_open_owners(free, found), *_open_tensors(free, found), *_squares(free, found, turned))
    rivals += (*_open_parts(joined), *_open_axes(free, found, (turned - used) | axes.keys(), others))
    return Loose(found | stacks | joined, turned | turned_stacks | turned_joined, rivals, axes)


def _shapes(side: Side) -> dict[str, Shape]:
    """Of the tensors of one side, by path; code on both sides may give them the same names."""
    tensors = _in_order(side)
    return {p.path: p.shape for p in (*tensors, *couples_in(tensors).values())}


def _without(tensors: Iterable[Parameter], names: Iterable[str]) -> list[Parameter]:
    taken = {path for joined in names for path in paths_in(joined)}
    return [tensor for tensor in tensors if taken.isdisjoint(paths_in(tensor.path))]


def open_groups(groups: Iterable[Sequence[str]], pairs: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """What is left of groups without those whose names tell them from all others."""
    groups = list(groups)
    named = told_apart(groups, pairs)
    free = (tuple(path for path in paths if path not in named) for paths in groups)
    return tuple(paths for paths in free if len(paths) > 1)


def told_apart(groups: Iterable[Sequence[str]], pairs: Mapping[str, str]) -> set[str]:
    """Those of groups that share a word with their partners which all others of the group lack."""
    found: set[str] = set()
    for paths in (each for each in groups if len(each) > 1):
        others = [pairs[path] for path in paths]
        found |= {path for path in paths if own_word(path, paths) & own_word(pairs[path], others)}
    return found


def _in_order(side: Side) -> list[Parameter]:
    """In the order in which they are used, as far as that is seen."""
    stored = [parameter for parameters in side.parameters.values() for parameter in parameters]
    return sorted(stored, key=side.begins)


def _assigned(mine: Sequence[Parameter], rest: Sequence[Parameter], worth: NDArray) -> dict[str, str]:
    """The pairs that are worth most together."""
    if not worth.any():
        return {}
    from scipy.optimize import linear_sum_assignment

    chosen = zip(*linear_sum_assignment(worth, maximize=True), strict=True)
    return {mine[n].path: rest[m].path for n, m in chosen if worth[n, m] > 0}


def _worth(mine: Sequence[Parameter], rest: Sequence[Parameter], turned: Collection[str]) -> NDArray:
    """How much speaks for each pair; 0 where the tensors do not fit."""
    worth = np.zeros((len(mine), len(rest)))
    for n, ours in enumerate(mine):
        for m, theirs in enumerate(rest):
            fit = _fits(ours.shape, theirs.shape, theirs.path in turned)
            counted = np.prod(ours.shape) != 1 or (ours.trainable and theirs.trainable)  # a count is one number, too
            worth[n, m] = fit if counted else 0.0
    equal = np.array([[ours.shape == theirs.shape for theirs in rest] for ours in mine], bool).reshape(worth.shape)
    fitting = np.where(equal.any(1, keepdims=True), equal, worth > 0)
    counts = [fitting.sum(axis, keepdims=True) for axis in (0, 1)]
    in_place = (counts[0] == counts[1]) & (fitting.cumsum(0) == fitting.cumsum(1))
    places = _places(mine), _places(rest)
    words = [[_own_word(tensor, tensors) for tensor in tensors] for tensors in (mine, rest)]
    for n, m in np.argwhere(worth):
        names = alike(mine[n].path, rest[m].path) + same_part(mine[n].name, rest[m].name)
        names += same_role(mine[n].path, rest[m].path)
        names += (mine[n].name == rest[m].name) + SAME_WORD * bool(words[0][n] & words[1][m])
        in_order = places[0].get(_owner(mine[n])) == places[1].get(_owner(rest[m]), ())
        distance = abs(n / len(mine) - m / len(rest))
        worth[n, m] += names + IN_ORDER * in_place[n, m] + OWNERS_IN_ORDER * in_order + NEAR * (1 - distance)
    return worth


def _places(tensors: Sequence[Parameter]) -> dict[str, tuple[object, ...]]:
    """Of each owner the sizes of its tensors, how many owners have such, and which of them it is."""
    owned: dict[str, list[int]] = defaultdict(list)
    for tensor in tensors:
        owned[_owner(tensor)].append(prod(tensor.shape))
    makes: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for owner, sizes in owned.items():
        makes[tuple(sorted(sizes))].append(owner)
    return {
        owner: (make, len(owners), place)
        for make, owners in makes.items()
        if len(owners) > 1
        for place, owner in enumerate(owners)
    }


def _owner(tensor: Parameter) -> str:
    """What computes a weight of a layer keeps its tensors in a module of its own inside that layer."""
    return tensor.layer.partition(COMPUTED)[0]


def _own_word(tensor: Parameter, all_of_them: Sequence[Parameter]) -> set[str]:
    """What only its name says, among all tensors of its shape or among those of its owner."""
    alike = [each for each in all_of_them if each.shape == tensor.shape]
    beside = [each.name for each in alike if each.layer == tensor.layer]
    found = own_word(tensor.path, [each.path for each in alike])
    return found | own_word(tensor.name, beside) if len(beside) > 1 else found


def _fits(ours: tuple[int, ...], theirs: tuple[int, ...], turned: bool) -> float:
    theirs = turned_shape(theirs) if turned else theirs
    if bare(ours) == bare(theirs):
        return EQUAL
    if longer_axes(ours) == longer_axes(theirs):
        return SPREAD_OUT
    ours, theirs = lined_up(ours, theirs)
    otherwise = len(ours) > 1 and (ours == turned_shape(theirs) or moved_axes(ours, theirs) is not None)
    return TURNED if otherwise and not turned else 0.0


def _given_axes(
    given: Mapping[str, str], shapes: Mapping[str, Shape], others: Mapping[str, Shape]
) -> dict[str, tuple[int, ...]]:
    """Orders of axes that a map states.

    Raises:
        UsageError: an order does not make the one shape of the other.
    """
    stated = {k: t for k, t in given.items() if "/" in k and axes_in(t)}
    for k, t in stated.items():
        axes, (ours, theirs) = axes_in(t), lined_up(shapes.get(k, ()), others.get(untaken(t), ()))
        if sorted(axes) != list(range(len(theirs))) or ours != tuple(theirs[axis] for axis in axes):
            raise UsageError(
                f"map: {k!r} is given {t!r}, an order of axes that does not make {ours} of {theirs}",
                f"{untaken(t)}{TAKEN}{TRANSPOSED}",
            )
    return {untaken(t): axes_in(t) for t in stated.values()}


def _moved(pairs: Mapping[str, tuple[Shape, Shape]], turned: Collection[str]) -> dict[str, tuple[int, ...]]:
    """Tensors whose axes stand in another order, which neither is that of kernels nor told by their lengths."""
    found = {t: lined_up(*both) for t, both in pairs.items() if t in turned}
    orders = {t: moved_axes(*both) for t, both in found.items() if both[0] != turned_shape(both[1])}
    return {t: axes for t, axes in orders.items() if axes and axes_between(*found[t]) is None}


def _used_turned(theirs: Side, events: Sequence[Event]) -> frozenset[str]:
    """Kernels of dense layers and convolutions of PyTorch, and of its functions for them.

    Code in Keras has them the other way round.
    """
    used = {path for event in events if event.kind in KERNELS for path in event.attributes.get("tensors", ())}
    found = set()
    for parameter in (p for parameters in theirs.parameters.values() for p in parameters):
        owner = theirs.layers.get(parameter.layer)
        dense = owner is not None and owner.kind in MIXING and not owner.storage.get("transposed")
        if len(parameter.shape) >= 2 and (dense or parameter.path.replace("/", ".").lstrip(".") in used):
            found.add(parameter.path)
    return frozenset(found)


def _named_like(turned: Collection[str], pairs: Mapping[str, tuple[Shape, Shape]]) -> frozenset[str]:
    """Square matrices whose namesakes in other layers are turned, as their shapes tell."""
    names = {path.rpartition("/")[2] for path in turned if path in pairs}
    return frozenset(t for t, (_, own) in pairs.items() if _is_square(own) and t.rpartition("/")[2] in names)


def _is_square(shape: tuple[int, ...]) -> bool:
    """Only the code that uses it can tell whether it is turned."""
    sizes = longer_axes(shape)
    return len(sizes) == 2 and sizes[0] == sizes[1]


def _open_owners(free: Mapping[str, Parameter], pairs: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Layers of one make: their tensors change places together."""
    every: dict[str, list[Parameter]] = defaultdict(list)
    for parameter in free.values():
        every[parameter.layer].append(parameter)
    owned = {layer: tensors for layer, tensors in every.items() if not any(TOGETHER in p.path for p in tensors)}
    makes: dict[tuple[tuple[int, ...], ...], list[str]] = defaultdict(list)
    for tensors in owned.values():
        if len(tensors) > 1:
            makes[tuple(p.shape for p in tensors)].append(TOGETHER.join(p.path for p in tensors))
    together = {whole: partners_of(whole, pairs) for wholes in makes.values() for whole in wholes}
    return open_groups([wholes for wholes in makes.values() if 1 < len(wholes) <= FEW_TENSORS], together)


def partners_of(whole: str, pairs: Mapping[str, str]) -> str:
    """The partners of tensors that change places together, or of several that are one of the other side."""
    return pairs[whole] if whole in pairs else TOGETHER.join(pairs[path] for path in whole.split(TOGETHER))


def _open_tensors(free: Mapping[str, Parameter], pairs: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """A few tensors of one shape."""
    groups: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for path, parameter in free.items():
        groups[bare(parameter.shape)].append(path)
    return open_groups([paths for paths in groups.values() if len(paths) <= FEW_TENSORS], pairs)


def _open_parts(joined: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Tensors made of a few parts, whose order code of one class has alike."""
    groups: dict[tuple[str, int], list[str]] = defaultdict(list)
    for path, other in joined.items():
        if TOGETHER not in path:
            groups[path.rpartition("/")[2], len(paths_in(other))].append(path)
    return tuple(tuple(paths) for (_, count), paths in groups.items() if count <= FEW_PARTS)


def _open_axes(
    free: Mapping[str, Parameter],
    pairs: Mapping[str, str],
    turned: Collection[str],
    shapes: Mapping[str, tuple[int, ...]],
) -> tuple[tuple[str, ...], ...]:
    """Tensors of three or more axes, of which two are of one length: code of one class takes all in one order."""
    groups: dict[tuple[str, tuple[int, ...]], list[str]] = defaultdict(list)
    for path, parameter in free.items():
        sizes = longer_axes(parameter.shape)
        is_open = len(sizes) > 2 and len(set(sizes)) < len(sizes) and pairs[path] in turned
        if is_open and len(parameter.shape) <= len(shapes[pairs[path]]):
            groups[path if TOGETHER in path + pairs[path] else parameter.name, sizes].append(path)
    return tuple((TOGETHER.join(paths),) for paths in groups.values())


def _squares(
    free: Mapping[str, Parameter], pairs: Mapping[str, str], turned: Collection[str]
) -> tuple[tuple[str, ...], ...]:
    """Square matrices that may be turned, all of them or none, and those that may not be."""
    squares = [path for path, parameter in free.items() if _is_square(parameter.shape)]
    ways = ([path for path in squares if (pairs[path] in turned) == is_turned] for is_turned in (False, True))
    return tuple((TOGETHER.join(paths),) for paths in ways if paths)
