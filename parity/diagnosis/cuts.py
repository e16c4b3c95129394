"""Orders in which a layer may hold its features: parts, heads in them, features of a head.

Queries, keys and values of one layer are cut as (3, heads, d) by some and as (heads, 3, d) by others. Every way of a
pair is one order of the same features; an index says which feature of the one stands where the other looks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, permutations, product

import numpy as np
from numpy.typing import NDArray

PARTS, HEADS, SIZE = range(3)
USUAL = ((PARTS, HEADS, SIZE), (HEADS, PARTS, SIZE), (HEADS, SIZE, PARTS))
"""Axes, the outermost first; with these the parts may change places as well."""


def equal_parts(width: int, parts: int, heads: int) -> Iterator[NDArray]:
    """Indices that lead from one order to another, where all parts have as many heads."""
    if width % (parts * heads):
        return
    grid = np.arange(width).reshape(parts, heads, -1)
    usual = [each for axes in USUAL for each in _with_parts_exchanged(grid, axes)]
    plain = [grid.transpose(axes).ravel() for axes in permutations(range(3))]
    yield from _between(usual[:: len(usual) // len(USUAL)], usual)
    yield from _between(plain, plain)


def shared_parts(width: int, heads: int, shared: int) -> Iterator[NDArray]:
    """The same where there are fewer heads of keys and of values, which the heads of queries share."""
    if width % (heads + 2 * shared) or heads % shared:
        return
    features = np.arange(width).reshape(heads + 2 * shared, -1)
    blocks = [each.reshape(shared, -1) for each in np.split(features, [heads, heads + shared])]
    orders = list(permutations(blocks))
    together = [np.concatenate([block.ravel() for block in order]) for order in orders]
    by_group = [np.concatenate(order, axis=1).ravel() for order in orders]
    usual, every = [together[0], by_group[0]], [*together, *by_group]
    yield from chain(_between(usual, every), _between(every, usual))


def unlike(indices: Iterable[NDArray]) -> Iterator[NDArray]:
    """Every index once, and none that leaves all where it is."""
    seen = set[bytes]()
    for index in indices:
        key = index.tobytes()
        if key not in seen and not np.array_equal(index, np.arange(index.size)):
            seen.add(key)
            yield index


def _with_parts_exchanged(grid: NDArray, axes: Sequence[int]) -> Iterator[NDArray]:
    """The features along these axes, with the parts in every order; their own comes first."""
    for order in permutations(range(len(grid))):
        yield grid[list(order)].transpose(axes).ravel()


def _between(held: Sequence[NDArray], read: Sequence[NDArray]) -> Iterator[NDArray]:
    """From every order that a layer may hold to every order in which it may be read."""
    for one, other in product(held, read):
        yield np.argsort(one)[other]
