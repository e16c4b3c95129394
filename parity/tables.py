"""Embeddings that the other side keeps in one table: of several features one below the other, with an offset for each
feature, or of one feature side by side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, combinations

import numpy as np

from parity.arrays import contiguous
from parity.layouts import EMBEDDINGS, Weights
from parity.recording import Arrays, Layer
from parity.surroundings import Side


@dataclass(frozen=True)
class TablesLink:
    """The same rows, one table below the other, or beside it: one layer on one side, several on the other."""

    keras: tuple[Layer, ...]
    torch: tuple[Layer, ...]
    explained: Mapping[str, str] = field(default_factory=dict)

    def to_torch(self, keras: Mapping[str, Weights]) -> Arrays:
        return _moved(keras, self.keras, "embeddings", self.torch, "weight")

    def to_keras(self, torch: Mapping[str, Weights]) -> Arrays:
        return _moved(torch, self.torch, "weight", self.keras, "embeddings")

    @property
    def together(self) -> tuple[tuple[tuple[str, str, tuple[int, ...]], ...], ...]:
        """The Torch tensors of every tensor of Keras."""
        return (tuple((layer.path, "weight", layer.storage["weight"]) for layer in self.torch),)


def _moved(
    stored: Mapping[str, Weights], owners: Sequence[Layer], name: str, others: Sequence[Layer], other: str
) -> Arrays:
    parts = [stored.get(layer.path, {}).get(name) for layer in owners]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return {}
    axis = 1 if len({rows_of(layer)[0] for layer in (*owners, *others)}) == 1 else 0
    ends = list(accumulate(rows_of(layer)[axis] for layer in others))
    tables = np.split(np.concatenate(known, axis), ends[:-1], axis)
    return {f"{layer.path}/{other}": contiguous(table) for layer, table in zip(others, tables, strict=True)}


def rows_of(layer: Layer) -> tuple[int, int]:
    """(rows, width) of the table of an embedding; (0, 0) of another layer."""
    stored = layer.storage if layer.kind in EMBEDDINGS else {}
    shape = stored.get("embeddings", stored.get("weight", ()))
    rows, width = shape if len(shape) == 2 else (0, 0)
    return rows, width


def is_one_table(whole: Layer, parts: Sequence[Layer]) -> bool:
    """It is made of the parts, one table below the other or beside it."""
    return _are_below(whole, parts) or are_beside(whole, parts)


def _are_below(whole: Layer, parts: Sequence[Layer]) -> bool:
    rows, width = rows_of(whole)
    tables = [rows_of(part) for part in parts]
    return rows > 0 and {each for _, each in tables} == {width} and sum(each for each, _ in tables) == rows


def are_beside(whole: Layer, parts: Sequence[Layer]) -> bool:
    """Each of its rows is made of those of the parts."""
    rows, width = rows_of(whole)
    tables = [rows_of(part) for part in parts]
    return rows > 0 and {each for each, _ in tables} == {rows} and sum(each for _, each in tables) == width


def tables(
    side: Side, other: Side, taken: Collection[str], taken_parts: Collection[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Tables that have no twin, each with those of the other side that follow one another and make it up."""
    used = set(taken_parts)
    for path, layer in side.layers.items():
        free = [part for part, each in other.layers.items() if part not in used and rows_of(each)[0]]
        alike = [part for part in free if rows_of(other.layers[part]) == rows_of(layer)]
        if path in taken or not rows_of(layer)[0] or alike:
            continue
        runs = (tuple(free[begin:end]) for begin, end in combinations(range(len(free) + 1), 2) if end > begin + 1)
        found = next((run for run in runs if _are_one(other, layer, run)), None)
        if found:
            used |= set(found)
            yield path, found


def _are_one(side: Side, whole: Layer, paths: Sequence[str]) -> bool:
    """Tables of ``side``; those that stand side by side are looked up with the same numbers."""
    parts = [side.layers[path] for path in paths]
    return _are_below(whole, parts) or (len({side.above.get(path) for path in paths}) == 1 and are_beside(whole, parts))
