"""Features that list the values of several axes: the order of the rows in a kernel behind them."""

from __future__ import annotations

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


def in_order(array: NDArray, listing: Listing, axis: int = -1) -> NDArray:
    """What stands for the features along ``axis``, with the channels running fastest."""
    axis %= array.ndim
    split = (*array.shape[:axis], *(listing.sizes[each] for each in listing.order), *array.shape[axis + 1 :])
    return _transposed(array, split, axis, np.argsort(listing.order))


def as_listed(array: NDArray, listing: Listing, axis: int = -1) -> NDArray:
    """The way back."""
    axis %= array.ndim
    split = (*array.shape[:axis], *listing.sizes, *array.shape[axis + 1 :])
    return _transposed(array, split, axis, listing.order)


def _transposed(array: NDArray, split: tuple[int, ...], axis: int, order: tuple[int, ...] | NDArray) -> NDArray:
    behind = range(axis + len(order), len(split))
    axes = (*range(axis), *(axis + int(each) for each in order), *behind)
    return np.ascontiguousarray(array.reshape(split).transpose(axes)).reshape(array.shape)


class Carried(NamedTuple):
    """One kernel, whose rows follow the features of either side; rule: flatten-order."""

    kind: str
    keras: Listing
    torch: Listing

    def to_torch(self, name: str, array: NDArray) -> NDArray:
        return self._moved(name, array, self.keras, self.torch)

    def to_keras(self, name: str, array: NDArray) -> NDArray:
        return self._moved(name, array, self.torch, self.keras)

    def _moved(self, name: str, array: NDArray, before: Listing, after: Listing) -> NDArray:
        axis = _axis_of_features(self.kind, name.rpartition("/")[2], array.ndim)
        if axis is None or array.shape[axis] != prod(before.sizes):
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
