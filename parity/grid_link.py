"""A cell of the user's own on both sides, whose kernels are cut in other ways; see ``parity.grids``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from parity.grids import BIAS, Grid, Piece, grids
from parity.layouts import Weights, kernel_to_keras, kernel_to_torch
from parity.recording import Arrays, Parameter

Cells = dict[tuple[str, int], NDArray]
"""By source and gate, as Keras has kernels; a bias has no source."""


@dataclass(frozen=True)
class GridLink:
    """Tensors of Keras and of PyTorch that make the same gates.

    Args:
        order: of input and state side by side in PyTorch, and of its gates.
    """

    keras: tuple[Parameter, ...]
    torch: tuple[Parameter, ...]
    order: tuple[str, str]
    explained: MappingType[str, str] = field(default_factory=dict)

    @cached_property
    def _grids(self) -> tuple[Grid, Grid]:
        found = grids(self.keras, self.torch, self.order)
        assert found, "it was found so"
        return found

    def to_torch(self, keras: MappingType[str, Weights]) -> Arrays:
        mine, rest = self._grids
        return _moved(_gates(keras, self.keras, mine, _as_it_is), self.torch, rest, kernel_to_torch)

    def to_keras(self, torch: MappingType[str, Weights]) -> Arrays:
        mine, rest = self._grids
        return _moved(_gates(torch, self.torch, rest, kernel_to_keras), self.keras, mine, _as_it_is)


def _gates(
    stored: MappingType[str, Weights], tensors: Sequence[Parameter], grid: Grid, turn: Callable[[NDArray], NDArray]
) -> Cells:
    """Every gate for every source, of the tensors that are there."""
    found: Cells = {}
    for tensor, piece in zip(tensors, grid.pieces, strict=True):
        array = stored.get(tensor.layer, {}).get(tensor.name)
        if array is None:
            continue
        for gate, part in zip(piece.gates, np.split(turn(array), len(piece.gates), axis=-1), strict=True):
            found |= _by_source(part, piece, gate, grid)
    return found


def _by_source(part: NDArray, piece: Piece, gate: int, grid: Grid) -> Cells:
    if len(piece.sources) < 2:
        return {(piece.sources, gate): part}
    rows = np.split(part, [grid.sizes[piece.sources[0]]], axis=-2)
    return {(source, gate): each for source, each in zip(piece.sources, rows, strict=True)}


def _moved(cells: Cells, tensors: Sequence[Parameter], grid: Grid, turn: Callable[[NDArray], NDArray]) -> Arrays:
    """Tensors of which every gate is there."""
    found: Arrays = {}
    for tensor, piece in zip(tensors, grid.pieces, strict=True):
        sources = piece.sources or (BIAS,)
        if all((source, gate) in cells for source in sources for gate in piece.gates):
            columns = [
                np.concatenate([cells[s, gate] for s in sources], -2 if piece.sources else -1) for gate in piece.gates
            ]
            found[tensor.path] = np.ascontiguousarray(turn(np.concatenate(columns, axis=-1)))
    return found


def _as_it_is(array: NDArray) -> NDArray:
    return array
