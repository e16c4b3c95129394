"""Shapes that hold the same values in the same order, or the other way round."""

from __future__ import annotations

from itertools import accumulate
from math import prod
from operator import mul

Shape = tuple[int, ...]


def bare(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Without the axes of length one in front: (1, 1, D) and (D,) hold the same values in the same order.

    A vector that is written to be broadcast, as (1, C, 1), loses those behind as well.
    """
    sizes = list(shape)
    if len(sizes) > 2 and len(longer_axes(shape)) == 1:
        return longer_axes(shape)
    while sizes and sizes[0] == 1:
        sizes.pop(0)
    return tuple(sizes)


def longer_axes(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Without axes of length one: (B, 1, 1, C) and (B, C) hold the same values in the same order."""
    return tuple(size for size in shape if size != 1)


def lie_alike(shape: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """The same values in the same order: a grid (B, H, W, C) may be its rows (B, T, C) on the other side.

    The windows of a sample (B, N, T, C) may be samples of their own there, (B * N, T, C).
    """
    if longer_axes(shape) == longer_axes(other) or samples_cut(shape, other):
        return True
    rows = sorted((len(shape), len(other))) == [3, 4]
    return rows and (shape[0], shape[-1]) == (other[0], other[-1]) and prod(shape) == prod(other)


def samples_cut(shape: Shape, other: Shape) -> bool:
    """The one has the first two or more axes of the other as one."""
    longer, shorter = (shape, other) if len(shape) > len(other) else (other, shape)
    kept = len(shorter) - 1
    return kept >= 2 and longer[-kept:] == shorter[1:] and prod(longer[:-kept]) == shorter[0]


def cut_further(shape: Shape, other: Shape) -> bool:
    """The same values in the same order: one has neighbouring axes of the other as one axis, heads and their groups."""
    ends = [set(accumulate(longer_axes(each), mul)) for each in (shape, other)]
    alike = shape[:1] == other[:1] and prod(shape) == prod(other)
    return alike and (ends[0] <= ends[1] or ends[1] <= ends[0])


def turned_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A kernel of PyTorch, (out, in, *window), as code in Keras has it: (*window, in, out)."""
    return (*shape[2:], *shape[1::-1])


def axes_between(ours: Shape, theirs: Shape) -> tuple[int, ...] | None:
    """The order of the axes of ``theirs`` that makes ``ours``, where three or more sizes leave only one; else None."""
    if len(ours) < 3 or len(set(ours)) < len(ours) or sorted(ours) != sorted(theirs):
        return None
    return tuple(theirs.index(size) for size in ours)


def moved_axes(ours: Shape, theirs: Shape) -> tuple[int, ...] | None:
    """An order of the axes of ``theirs`` that makes ``ours``, in which those of one length keep their order."""
    if len(ours) < 3 or sorted(ours) != sorted(theirs):
        return None
    free = list(range(len(theirs)))
    return tuple(free.pop([theirs[axis] for axis in free].index(size)) for size in ours)


def lined_up(ours: Shape, theirs: Shape) -> tuple[Shape, Shape]:
    """Both without the axes of length one that only one of them has in front."""
    ranks = min(len(ours), len(theirs))
    there = [shape[:-ranks] if ranks else shape for shape in (ours, theirs)]
    if any(size != 1 for front in there for size in front):
        return ours, theirs
    return ours[len(ours) - ranks :], theirs[len(theirs) - ranks :]


def with_axes_of(part: Shape, whole: Shape) -> Shape:
    """A kernel (inputs, heads, size) beside others in a matrix is one itself; anything else is as it is."""
    return (part[0], prod(part[1:])) if len(part) == 3 and len(whole) == 2 else part


def as_other_side(part: Shape, is_keras: bool) -> Shape:
    """The shape of a kernel on the other side: (*window, in, out) of Keras, (out, in, *window) of PyTorch."""
    if len(part) < 2:
        return part
    return (part[-1], part[-2], *part[:-2]) if is_keras else turned_shape(part)
