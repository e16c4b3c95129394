"""Tensors side by side along an axis in one tensor of the other side.

The kernels of gates, tables of several features, the halves of a matrix that takes two values: one writes a tensor for
each, the other one for all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import accumulate

from parity.likeness import NO_ROLE, role
from parity.partners import TOGETHER
from parity.recording import Parameter
from parity.shapes import Shape, as_other_side, with_axes_of

MOST = 8
"""Tensors that are looked for in one."""
Fits = Callable[[Parameter, Parameter], bool]


def joined_axis(whole: Shape, parts: Sequence[Shape]) -> int | None:
    """The axis along which ``parts`` side by side are ``whole``; None if they are not."""
    for axis, size in enumerate(whole):
        if all(_lies_beside(whole, part, axis) for part in parts) and sum(part[axis] for part in parts) == size:
            return axis
    return None


def find_joined(
    mine: Sequence[Parameter], rest: Sequence[Parameter], turned: Collection[str], fits: Fits
) -> tuple[dict[str, str], frozenset[str]]:
    """Joined names of Keras tensors -> joined names of Torch tensors, one of which is a single name; those turned.

    Args:
        mine, rest: tensors of Keras and of Torch without a layer that is matched, in the order of their use.
        turned: kernels of PyTorch that code in Keras has the other way round.
        fits: could the one be the other as it is?
    """
    ours = [p for p in mine if not any(fits(p, other) for other in rest)]
    theirs = [p for p in rest if not any(fits(other, p) for other in mine)]
    pairs: dict[str, str] = {}
    found_turned: set[str] = set()
    for keras_is_whole in (True, False):
        wholes, left = (ours, list(theirs)) if keras_is_whole else (theirs, list(ours))
        for whole in wholes:
            for is_turned in (False, True):
                parts = _parts(whole, left, is_turned, keras_is_whole, turned)
                if parts:
                    left = [part for part in left if part not in parts]
                    names = whole.path, TOGETHER.join(part.path for part in parts)
                    pairs |= [names if keras_is_whole else names[::-1]]
                    found_turned |= {names[keras_is_whole]} if is_turned else set()
                    break
    return pairs, frozenset(found_turned)


def _parts(
    whole: Parameter, left: Sequence[Parameter], is_turned: bool, keras_is_whole: bool, turned: Collection[str]
) -> list[Parameter]:
    """Neighbours of one owner that are the whole tensor."""
    kernels = [part for part in left if not keras_is_whole or (part.path in turned) == is_turned]
    shapes = {part.path: shape_beside(part.shape, whole.shape, not keras_is_whole, is_turned) for part in kernels}
    if is_turned and len(whole.shape) < 2:
        return []
    for axis in range(len(whole.shape)):
        fitting = [part for part in kernels if _lies_beside(whole.shape, shapes[part.path], axis)]
        for run in _runs(fitting):
            if sum(shapes[part.path][axis] for part in run) == whole.shape[axis]:
                return by_role(run)
    return []


def shape_beside(part: Shape, whole: Shape, is_keras: bool, is_turned: bool) -> Shape:
    """The shape of a part as the other side has it, in which ``whole`` is."""
    shape = with_axes_of(part, whole)
    return as_other_side(shape, is_keras) if is_turned else shape


def by_role(tensors: list[Parameter]) -> list[Parameter]:
    """Query, key and value in this order, where names tell; else as they are."""
    roles = [role(each.name) for each in tensors]
    return sorted(tensors, key=lambda each: role(each.name)) if len(set(roles) - {NO_ROLE}) == len(tensors) else tensors


def _lies_beside(whole: Shape, part: Shape, axis: int) -> bool:
    return len(part) == len(whole) and _others(part, axis) == _others(whole, axis)


def _runs(tensors: Sequence[Parameter]) -> Iterator[list[Parameter]]:
    """Two or more that follow one another and have one owner."""
    for first in range(len(tensors)):
        for count in range(2, min(MOST, len(tensors) - first) + 1):
            run = list(tensors[first : first + count])
            if len({_owner(part) for part in run}) == 1:
                yield run


def _owner(part: Parameter) -> str:
    """What holds the layer, or the code that holds the tensor itself."""
    return part.layer.rpartition(".")[0]


def _others(shape: Shape, axis: int) -> Shape:
    return (*shape[:axis], *shape[axis + 1 :])


def ends(sizes: Sequence[int]) -> list[int]:
    """Where the parts but the last one end."""
    return list(accumulate(sizes))[:-1]
