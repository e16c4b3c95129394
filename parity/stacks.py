"""Tensors in a list on one side, and in one tensor with an axis for the list on the other.

Experts, relations of a graph, heads of an attention: one writes a list of layers, the other a tensor and an einsum.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from parity.likeness import alike, same_part
from parity.partners import TOGETHER
from parity.recording import Parameter
from parity.shapes import Shape, as_other_side, longer_axes, turned_shape


def find_stacks(
    mine: Sequence[Parameter], rest: Sequence[Parameter], turned: Collection[str]
) -> tuple[dict[str, str], frozenset[str]]:
    """Joined names of Keras tensors -> joined names of Torch tensors, one of which is a single name; those turned.

    Args:
        mine: tensors of Keras that no matched layer owns.
        rest: those of Torch.
        turned: kernels of PyTorch that code in Keras has the other way round.
    """
    pairs: dict[str, str] = {}
    balanced = _balanced(mine, rest, turned)
    for wholes, others, keras_is_whole in ((mine, rest, True), (rest, mine, False)):
        for whole, parts in _taken(wholes, _lists(others), keras_is_whole, turned, balanced):
            names = whole.path, TOGETHER.join(part.path for part in parts)
            pairs |= [names if keras_is_whole else names[::-1]]
    every = {part.path: part for part in (*mine, *rest)}
    return pairs, frozenset(t for k, t in pairs.items() if _is_turned(k, t, every, turned))


def _balanced(mine: Sequence[Parameter], rest: Sequence[Parameter], turned: Collection[str]) -> frozenset[str]:
    """Tensors of which either side has as many of that shape: they are twins one by one."""
    kept = {tensor.path: longer_axes(tensor.shape) for tensor in mine}
    stored = {t.path: longer_axes(turned_shape(t.shape) if t.path in turned else t.shape) for t in rest}
    ours, theirs = Counter(kept.values()), Counter(stored.values())
    even = {shape for shape, count in ours.items() if count == theirs[shape]}
    return frozenset(path for path, shape in (*kept.items(), *stored.items()) if shape in even)


def _taken(
    wholes: Sequence[Parameter],
    lists: list[list[Parameter]],
    keras_is_whole: bool,
    turned: Collection[str],
    balanced: frozenset[str],
) -> Iterator[tuple[Parameter, list[Parameter]]]:
    """Each tensor with the list that it holds, those first that have the list on their first axis."""
    left = list(wholes)
    for any_axis in (False, True):
        for whole in [each for each in left if len(each.shape) > 1 + any_axis]:
            axes = [_axis(whole, parts, keras_is_whole, turned) for parts in lists]
            fitting = [parts for parts, axis in zip(lists, axes, strict=True) if axis == 0 or (any_axis and axis)]
            fitting = [parts for parts in fitting if not {whole.path, parts[0].path} <= balanced]
            if fitting:
                parts = max(fitting, key=lambda parts: _names_alike(whole.path, parts[0].path))
                lists.remove(parts)
                left.remove(whole)
                yield whole, parts


def _names_alike(whole: str, part: str) -> tuple[float, float]:
    """A scale is no shift, whatever their owners are called; else by the letters."""
    return same_part(*(path.rpartition("/")[2] for path in (whole, part))), alike(whole, part)


def list_axis(whole: Shape, part: Shape, count: int) -> int | None:
    """The axis of ``whole`` along which it holds ``count`` times ``part``; None if it does not."""
    fitting = (
        axis
        for axis, size in enumerate(whole)
        if size == count and longer_axes((*whole[:axis], *whole[axis + 1 :])) == longer_axes(part)
    )
    return next(fitting, None)


def _lists(tensors: Sequence[Parameter]) -> list[list[Parameter]]:
    """Tensors of one shape whose names differ in one number, in the order of that number."""
    groups: dict[tuple[str, Shape], list[tuple[int, Parameter]]] = defaultdict(list)
    for tensor in tensors:
        for pattern, number in _patterns(tensor.path):
            groups[pattern, tensor.shape].append((number, tensor))
    ordered = [sorted(group, key=lambda entry: entry[0]) for group in groups.values() if len(group) > 1]
    return [[tensor for _, tensor in group] for group in ordered]


def _patterns(path: str) -> Iterator[tuple[str, int]]:
    for found in re.finditer(r"\d+", path):
        yield f"{path[: found.start()]}*{path[found.end() :]}", int(found[0])


def _axis(whole: Parameter, parts: Sequence[Parameter], keras_is_whole: bool, turned: Collection[str]) -> int | None:
    part = parts[0].shape
    shapes = [part, as_other_side(part, is_keras=not keras_is_whole)]
    if keras_is_whole and parts[0].path in turned:
        shapes = shapes[1:]
    axes = (list_axis(whole.shape, each, len(parts)) for each in shapes)
    return next((axis for axis in axes if axis is not None), None)


def _is_turned(keras: str, torch: str, every: dict[str, Parameter], turned: Collection[str]) -> bool:
    ours, theirs = ([every[path] for path in names.split(TOGETHER)] for names in (keras, torch))
    whole, parts = (ours[0], theirs) if len(theirs) > 1 else (theirs[0], ours)
    if parts[0].path in turned:
        return len(parts[0].shape) > 1
    return list_axis(whole.shape, parts[0].shape, len(parts)) is None
