"""Features that list the values of several axes: the order of the rows in a kernel behind them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Listing(NamedTuple):
    """What the features of a flattened image, or of a step of a sequence made of one, are.

    Args:
        sizes: of the axes that were flattened, channels last.
        order: these axes as they are listed: the last one runs fastest.
    """

    sizes: tuple[int, ...]
    order: tuple[int, ...]

    @property
    def in_order(self) -> bool:
        """As Keras flattens an image."""
        return self.order == tuple(sorted(self.order))

    @property
    def length(self) -> int:
        """So many features."""
        return prod(self.sizes)


class Joined(NamedTuple):
    """Features of several images one behind the other, or of an image and what else is known of a sample."""

    parts: tuple[Listing, ...]

    @property
    def sizes(self) -> tuple[tuple[int, ...], ...]:
        return tuple(part.sizes for part in self.parts)

    @property
    def order(self) -> tuple[tuple[int, ...], ...]:
        return tuple(part.order for part in self.parts)

    @property
    def in_order(self) -> bool:
        return all(part.in_order for part in self.parts)

    @property
    def length(self) -> int:
        return sum(part.length for part in self.parts)


Features = Listing | Joined


def plain(count: int) -> Listing:
    """Features that list nothing, or one axis."""
    return Listing((count,), (0,))


def alike(ours: Features, theirs: Features) -> tuple[Features, Features] | None:
    """Both as listings of the same axes; None where they are of other axes, or not known to be."""
    if isinstance(ours, Joined) and isinstance(theirs, Joined):
        parts = [_alike(*both) for both in zip(ours.parts, theirs.parts, strict=False)]
        if len(ours.parts) != len(theirs.parts) or None in parts:
            return None
        keras, torch = zip(*filter(None, parts), strict=True)
        return Joined(keras), Joined(torch)
    if not isinstance(ours, Listing) or not isinstance(theirs, Listing):
        return None
    fine, coarse = sorted((ours, theirs), key=lambda each: len(each.sizes), reverse=True)
    merged = _merged(fine, coarse.sizes)
    if merged is None:
        return None
    return (merged, theirs) if fine is ours else (ours, merged)


def _merged(listing: Listing, sizes: tuple[int, ...]) -> Listing | None:
    """With axes that stay side by side as one, so that it has these sizes; None where it cannot."""
    if listing.sizes == sizes or len(sizes) < 2:
        return listing if listing.sizes == sizes else None
    owners: list[int] = []
    left = list(listing.sizes)
    for place, size in enumerate(sizes):
        taken = 1
        while left and taken < size:
            taken *= left.pop(0)
            owners.append(place)
        if taken != size:
            return None
    order = [owners[each] for each in listing.order] if len(owners) == len(listing.order) else []
    whole = [each for n, each in enumerate(order) if n == 0 or order[n - 1] != each]
    inside = [each for place in range(len(sizes)) for each in listing.order if owners[each] == place]
    if left or len(whole) != len(sizes) or inside != sorted(inside):
        return None
    return Listing(sizes, tuple(whole))


def _alike(ours: Listing, theirs: Listing) -> tuple[Listing, Listing] | None:
    """What is in order is so, whatever axes one side knows it to list."""
    if ours.sizes == theirs.sizes:
        return ours, theirs
    both_in_order = ours.in_order and theirs.in_order and ours.length == theirs.length
    return (plain(ours.length), plain(ours.length)) if both_in_order else None


def in_order(array: NDArray, listing: Features, axis: int = -1) -> NDArray:
    """What stands for the features along ``axis``, with the channels running fastest."""
    if isinstance(listing, Joined):
        return _each(in_order, array, listing, axis)
    axis %= array.ndim
    split = (*array.shape[:axis], *(listing.sizes[each] for each in listing.order), *array.shape[axis + 1 :])
    return _transposed(array, split, axis, np.argsort(listing.order))


def as_listed(array: NDArray, listing: Features, axis: int = -1) -> NDArray:
    """The way back."""
    if isinstance(listing, Joined):
        return _each(as_listed, array, listing, axis)
    axis %= array.ndim
    split = (*array.shape[:axis], *listing.sizes, *array.shape[axis + 1 :])
    return _transposed(array, split, axis, listing.order)


def _each(function: Callable[..., NDArray], array: NDArray, joined: Joined, axis: int) -> NDArray:
    ends = list(accumulate(part.length for part in joined.parts))
    parts = zip(np.split(array, ends[:-1], axis), joined.parts, strict=True)
    return np.concatenate([function(part, listing, axis) for part, listing in parts], axis)


def _transposed(array: NDArray, split: tuple[int, ...], axis: int, order: tuple[int, ...] | NDArray) -> NDArray:
    behind = range(axis + len(order), len(split))
    axes = (*range(axis), *(axis + int(each) for each in order), *behind)
    return np.ascontiguousarray(array.reshape(split).transpose(axes)).reshape(array.shape)


class Carried(NamedTuple):
    """One kernel, whose rows follow the features of either side; rule: flatten-order."""

    kind: str
    keras: Features
    torch: Features

    def to_torch(self, name: str, array: NDArray) -> NDArray:
        return self._moved(name, array, self.keras, self.torch)

    def to_keras(self, name: str, array: NDArray) -> NDArray:
        return self._moved(name, array, self.torch, self.keras)

    def _moved(self, name: str, array: NDArray, before: Features, after: Features) -> NDArray:
        axis = _axis_of_features(self.kind, name.rpartition("/")[2], array.ndim)
        if axis is None or array.shape[axis] != before.length:
            return array
        return as_listed(in_order(array, before, axis), after, axis)


_OF_UNITS = frozenset({"bias", "recurrent_kernel", "recurrent_bias"})


def _axis_of_features(kind: str, name: str, rank: int) -> int | None:
    """Of a tensor of Keras, the axis along which the input features of its layer stand."""
    if kind.startswith("depthwise") or name in _OF_UNITS or rank == 0:
        return None
    if name == "kernel" and kind != "einsum_dense" and rank > 1:
        return rank - (1 if kind.endswith("_transpose") else 2)
    return rank - 1 if kind == "prelu" or kind.endswith("_norm") else 0
