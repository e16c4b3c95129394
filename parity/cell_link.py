"""A recurrence of Keras, and the products that make its gates in code for PyTorch."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from parity.cells import Block, biases_of, blocks
from parity.layouts import Weights, kernel_to_keras, kernel_to_torch
from parity.recording import Arrays, Layer


@dataclass(frozen=True)
class CellLink:
    """A recurrence of Keras, and what makes its gates in code for PyTorch; see ``parity.cells``.

    Args:
        torch: products of input and state side by side, or for each of the two.
        input_first: the input, or its product, stands in front.
        gates: place among Keras's gates of each of Torch's.
    """

    keras: Layer
    torch: tuple[Layer, ...]
    input_first: bool
    gates: tuple[int, ...]

    @property
    def explained(self) -> MappingType[str, str]:
        """The second of two biases, where Keras has one."""
        second = (paths[1] for paths in map(self._biased, self._blocks) if len(paths) > 1 and not self._keeps_two)
        return {f"{path}/bias": "recurrent-two-biases" for path in second}

    @property
    def _keeps_two(self) -> bool:
        return self.keras.kind == "gru" and bool(self.keras.attributes.get("reset_after", True))

    @cached_property
    def _blocks(self) -> tuple[Block, ...]:
        weights = {layer.path: layer.storage["weight"] for layer in self.torch}
        return blocks(self.keras.storage["kernel"], len(self.gates), weights, self.input_first)

    def _biased(self, block: Block) -> tuple[str, ...]:
        return biases_of(block, {layer.path: layer for layer in self.torch})

    def to_torch(self, keras: MappingType[str, Weights]) -> Arrays:
        stored = {name: _in_order(array, self.gates) for name, array in keras.get(self.keras.path, {}).items()}
        found: Arrays = {}
        first = 0
        for block in self._blocks:
            part = {name: _part(array, first, block.gates, len(self.gates)) for name, array in stored.items()}
            found |= self._made(block, part)
            first += block.gates
        return found

    def _made(self, block: Block, stored: Weights) -> Arrays:
        """Weights and biases of the products of some gates, of what Keras stores for them."""
        found: Arrays = {}
        if {"kernel", "recurrent_kernel"} <= stored.keys():
            parts = [stored["kernel"], stored["recurrent_kernel"]]
            if len(block.paths) == 1:
                parts = [np.concatenate(parts[:: 1 if self.input_first else -1], axis=-2)]
            found = {f"{path}/weight": kernel_to_torch(part) for path, part in zip(block.paths, parts, strict=True)}
        if "bias" in stored:
            biases = zip(self._biased(block), np.atleast_2d(stored["bias"]), strict=False)
            found |= {f"{path}/bias": np.zeros_like(stored["bias"]) for path in self._biased(block)}
            found |= {f"{path}/bias": np.ascontiguousarray(bias) for path, bias in biases}
        return found

    def to_keras(self, torch: MappingType[str, Weights]) -> Arrays:
        back = tuple(int(place) for place in np.argsort(self.gates))
        parts = [self._stored(block, torch) for block in self._blocks]
        found = {
            name: np.concatenate([part[name] for part in parts], axis=-1)
            for name in ("kernel", "recurrent_kernel", "bias")
            if all(name in part for part in parts)
        }
        ordered = {name: np.ascontiguousarray(_in_order(array, back)) for name, array in found.items()}
        return {f"{self.keras.path}/{name}": array for name, array in ordered.items()}

    def _stored(self, block: Block, torch: MappingType[str, Weights]) -> Weights:
        """What Keras stores for the gates of a block."""
        products = [torch.get(path, {}) for path in block.paths]
        found: Weights = {}
        if all("weight" in tensors for tensors in products):
            kernels = [kernel_to_keras(tensors["weight"]) for tensors in products]
            found["kernel"], found["recurrent_kernel"] = self._apart(kernels[0]) if len(kernels) == 1 else kernels
        biases = [torch[path]["bias"] for path in self._biased(block) if "bias" in torch.get(path, {})]
        if biases:
            found["bias"] = np.stack(biases) if self._keeps_two else np.sum(biases, axis=0)
        return found

    def _apart(self, joined: NDArray) -> list[NDArray]:
        inputs = self.keras.storage["kernel"][-2]
        end = inputs if self.input_first else joined.shape[-2] - inputs
        return np.split(joined, [end], axis=-2)[:: 1 if self.input_first else -1]


def _part(array: NDArray, first: int, count: int, gates: int) -> NDArray:
    """Some of the gates on the last axis."""
    size = array.shape[-1] // gates
    return array[..., first * size : (first + count) * size]


def _in_order(array: NDArray, gates: Sequence[int]) -> NDArray:
    """Equal parts of the last axis in another order."""
    parts = np.split(array, len(gates), axis=-1)
    return np.concatenate([parts[place] for place in gates], axis=-1)
