"""Where the axes of an image go while code moves, merges and cuts them.

Each axis of a tensor is told by those of the image that it lists, in that order: (B, H, W, C), flattened behind the
height, has the axes (B), (H), (W, C).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple

from parity.listing import Features, Joined, Listing, plain

SAMPLES, CHANNELS = 0, 99
WINDOW = 49
"""Behind the place of an axis that is cut into patches, the place within a patch."""


class Part(NamedTuple):
    """An axis of the image: the place that it has there, None if nothing is known of it; its size; what it joins."""

    place: int | None
    size: int
    joined: tuple[tuple[Part, ...], ...] = ()


Axes = tuple[tuple[Part, ...], ...]


def of_image(shape: Sequence[int], channels_first: bool = False) -> Axes:
    """Nothing was moved yet."""
    space = tuple(range(1, len(shape) - 1))
    places = (SAMPLES, CHANNELS, *space) if channels_first else (SAMPLES, *space, CHANNELS)
    return tuple((Part(place, size),) for place, size in zip(places, shape, strict=False))


def unknown(shape: Sequence[int]) -> Axes:
    return tuple((Part(None, size),) for size in shape)


def sizes(axes: Axes) -> tuple[int, ...]:
    return tuple(prod(part.size for part in axis) for axis in axes)


def moved(axes: Axes, order: Sequence[int]) -> Axes:
    return tuple(axes[place] for place in order)


def reshaped(axes: Axes, shape: Sequence[int]) -> Axes:
    """Merged, or cut where they had been merged; from the first axis on that was cut elsewhere nothing is known.

    The last axes are known first: samples and steps may be one axis for a while. An axis of the image may be cut into
    patches.
    """
    left = [part for axis in axes for part in axis if part.size != 1]
    found: list[tuple[Part, ...]] = []
    for size in reversed(shape):
        taken: list[Part] = []
        while left and prod(part.size for part in taken) < size:
            taken.insert(0, left.pop())
        if len(taken) == 1 and taken[0].size != size:
            grid, *taken = _cut(taken[0], size)
            left.append(grid)
        if prod(part.size for part in taken) != size:
            break
        found.insert(0, tuple(taken))
    return (*unknown(shape[: len(shape) - len(found)]), *found)


def _cut(part: Part, size: int) -> tuple[Part, ...]:
    """A grid of patches and what is in one, of an axis of the image; else the whole."""
    if part.place is None or not SAMPLES < part.place < WINDOW or size < 2 or part.size % size:
        return (part,)
    return Part(part.place, part.size // size), Part(WINDOW + part.place, size)


def windows(axes: Axes, places: Sequence[int], sizes: Sequence[int], shape: Sequence[int]) -> Axes | None:
    """Cut along the axes at ``places`` into patches of these sizes, each with an axis of its own behind all others.

    Args:
        shape: of the result.
    """
    cut = [axes[place] for place in places]
    if any(len(axis) != 1 or axis[0].place is None for axis in cut):
        return None
    within = tuple((Part(WINDOW + (axis[0].place or 0), size),) for axis, size in zip(cut, sizes, strict=True))
    return (*resized(axes, shape[: len(axes)]), *within)


def resized(axes: Axes, shape: Sequence[int]) -> Axes:
    """Cut, padded or pooled: of merged axes nothing is known behind that."""
    return tuple(_resized(axis, size) for axis, size in zip(axes, shape, strict=True))


def _resized(axis: tuple[Part, ...], size: int) -> tuple[Part, ...]:
    if prod(part.size for part in axis) == size:
        return axis
    return (Part(axis[0].place if len(axis) == 1 else None, size),)


def without(axes: Axes, axis: int) -> Axes:
    place = axis % len(axes)
    return (*axes[:place], *axes[place + 1 :])


def without_one(axes: Axes, shape: Sequence[int]) -> Axes | None:
    """One of them was reduced, where sizes tell which."""
    left = [without(axes, place) for place in range(1, len(axes))]
    fitting = [each for each in left if sizes(each) == tuple(shape)]
    return fitting[0] if len(fitting) == 1 else None


def with_new(axes: Axes, axis: int, size: int) -> Axes:
    place = axis % (len(axes) + 1)
    return (*axes[:place], (Part(None, size),), *axes[place:])


def joined(every: Sequence[Axes], axis: int) -> Axes | None:
    """Along an axis on which features of an image are among what is joined; None where there are none."""
    first = every[0]
    place = axis % len(first)
    if any(len(each) != len(first) for each in every) or not any(listing(each, place) for each in every):
        return None
    parts = tuple(each[place] for each in every)
    size = sum(sizes(parts))
    return (*first[:place], (Part(None, size, parts),), *first[place + 1 :])


def indexed(axes: Axes, index: Any, shape: Sequence[int]) -> Axes | None:
    """By whole numbers, slices, ``None`` and an ellipsis."""
    parts = list(index) if isinstance(index, tuple) else [index]
    if any(not (part is None or part is Ellipsis or type(part) in (int, slice)) for part in parts):
        return None
    used = sum(type(part) in (int, slice) for part in parts)
    rest: list[Any] = [slice(None)] * (len(axes) - used)
    place = parts.index(Ellipsis) if Ellipsis in parts else len(parts)
    parts[place : place + 1] = rest
    left, found = list(axes), []
    for part in parts:
        axis = () if part is None else left.pop(0)
        if type(part) is not int:
            found.append(axis)
    return resized(tuple(found), shape) if len(found) == len(shape) else None


def listing(axes: Axes, place: int = -1) -> Features | None:
    """The features, where they list several axes of the image, alone or among others."""
    parts = axes[place]
    if len(parts) == 1 and parts[0].joined:
        return Joined(tuple(each for part in parts[0].joined for each in _listed(part)))
    return _listing(parts)


def _listed(axis: tuple[Part, ...]) -> tuple[Listing, ...]:
    found = listing((axis,))
    if found is None:
        return (plain(prod(part.size for part in axis)),)
    return found.parts if isinstance(found, Joined) else (found,)


def _listing(axis: tuple[Part, ...]) -> Listing | None:
    places = [part.place for part in axis if part.size != 1]
    known = sorted(each for each in places if each is not None)
    if len(known) != len(places) or len(set(known)) < max(2, len(known)):
        return None
    order = tuple(known.index(each) for each in places if each is not None)
    in_place = {part.place: part.size for part in axis}
    return Listing(tuple(in_place[each] for each in known), order)


def only_merged(axes: Axes) -> bool:
    """They stand one behind the other as in an image with its channels first."""
    places = [part.place for axis in axes for part in axis if part.place not in (SAMPLES, CHANNELS)]
    return all(one is not None and other is not None and one < other for one, other in pairwise(places))


def place_of_channels(axes: Axes) -> int | None:
    """The axis that lists the channels, maybe with others."""
    return next((n for n, axis in enumerate(axes) if any(part.place == CHANNELS for part in axis)), None)


def lists_a_grid(axes: Axes, place: int) -> bool:
    """An axis lists which patch it is, and what is in a patch stands elsewhere."""
    own = {part.place for part in axes[place]}
    others = {part.place for n, axis in enumerate(axes) if n != place for part in axis}
    return any(each is not None and WINDOW + each in others for each in own)


def ends_in_space(axes: Axes) -> bool:
    """Behind the first two stand the rows and columns of the image and nothing else: what was cut is its channels."""
    places = [[part.place for part in axis if part.size != 1] for axis in axes]
    space = [own[0] for own in places[2:] if len(own) == 1 and own[0] not in (None, SAMPLES, CHANNELS)]
    others = {place for own in places[:2] for place in own} - {None, SAMPLES}
    return 0 < len(space) == len(axes) - 2 and space == sorted(space) and not others


def begins_with_samples(axis: tuple[Part, ...]) -> bool:
    return bool(axis) and axis[0].place == SAMPLES


def permutation(name: str, arguments: Sequence[Any], rank: int) -> tuple[int, ...] | None:
    """The order of axes behind a permutation, an exchange or a move; None if the arguments do not tell it."""
    flat = tuple(arguments[0]) if len(arguments) == 1 and isinstance(arguments[0], (tuple, list)) else tuple(arguments)
    if name == "permute":
        return _whole(flat, rank)
    if len(flat) != 2:
        return None
    if name in ("transpose", "swapaxes"):
        return _exchanged(flat, rank)
    sources, targets = ([each] if isinstance(each, int) else list(each) for each in flat)
    return _put(sources, targets, rank)


def _whole(axes: Sequence[Any], rank: int) -> tuple[int, ...] | None:
    if not all(isinstance(axis, int) for axis in axes):
        return None
    found = tuple(axis % rank for axis in axes)
    return found if sorted(found) == list(range(rank)) else None


def _exchanged(axes: Sequence[Any], rank: int) -> tuple[int, ...] | None:
    if not all(isinstance(axis, int) for axis in axes):
        return None
    one, other = (axis % rank for axis in axes)
    order = list(range(rank))
    order[one], order[other] = order[other], order[one]
    return tuple(order)


def _put(sources: Sequence[int], targets: Sequence[int], rank: int) -> tuple[int, ...] | None:
    """As ``moveaxis`` does."""
    from_, to = ([axis % rank for axis in axes] for axes in (sources, targets))
    if len(from_) != len(to):
        return None
    order = [axis for axis in range(rank) if axis not in from_]
    for target, source in sorted(zip(to, from_, strict=True)):
        order.insert(target, source)
    return tuple(order)
