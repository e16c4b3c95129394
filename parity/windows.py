"""A dense layer over patches is a convolution over the image: the same numbers, listed otherwise.

Keras may cut an image into patches and project each with a dense layer where PyTorch has one convolution that steps by
its own width, or the other way round. Which of the axes of a patch the dense layer lists first is a matter of the code
in front of it, and is settled by values (``parity.settling``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from parity.arrays import contiguous
from parity.kinds import CONVOLUTIONS
from parity.recording import Layer
from parity.shapes import Shape, turned_shape


@dataclass(frozen=True)
class Windowed:
    """A dense layer on the one side and a convolution on the other; rule: patch-feature-order.

    Args:
        axes: lengths of (*window, channels).
        order: of these axes, as the dense layer lists them, the slowest first.
        dense_in_keras: else it is PyTorch's.
    """

    axes: Shape
    order: tuple[int, ...]
    dense_in_keras: bool

    @property
    def torch_only(self) -> Mapping[str, str]:
        return {}

    def listing(self, order: tuple[int, ...]) -> Windowed:
        """The same with its axes listed in another order; as it is where none is stated."""
        return replace(self, order=order) if len(order) == len(self.axes) else self

    def to_keras(self, torch: Mapping[str, NDArray], storage: Mapping[str, object]) -> dict[str, NDArray]:
        moved = {"bias": torch["bias"]} if "bias" in torch else {}
        if "weight" in torch:
            last = np.moveaxis(torch["weight"], (0, 1), (-1, -2))
            moved["kernel"] = self._listed(last) if self.dense_in_keras else self._as_window(last)
        return moved

    def to_torch(self, keras: Mapping[str, NDArray], storage: Mapping[str, object]) -> dict[str, NDArray]:
        moved = {"bias": keras["bias"]} if "bias" in keras else {}
        if "kernel" in keras:
            made = self._as_window(keras["kernel"]) if self.dense_in_keras else self._listed(keras["kernel"])
            moved["weight"] = contiguous(np.moveaxis(made, (-1, -2), (0, 1)))
        return moved

    def _listed(self, kernel: NDArray) -> NDArray:
        """(*window, channels, units) -> (features, units)."""
        return contiguous(kernel.transpose(*self.order, -1)).reshape(-1, kernel.shape[-1])

    def _as_window(self, matrix: NDArray) -> NDArray:
        """(features, units) -> (*window, channels, units)."""
        cut = matrix.reshape(*(self.axes[axis] for axis in self.order), -1)
        return contiguous(cut.transpose(*np.argsort(self.order), -1))


def windowed(keras: Layer, torch: Layer) -> Windowed | None:
    """A dense layer and a convolution of as many numbers; None where they are anything else."""
    kernel, weight = tuple(keras.storage.get("kernel", ())), tuple(torch.storage.get("weight", ()))
    if "dense" not in (keras.kind, torch.kind) or not {keras.kind, torch.kind} & CONVOLUTIONS:
        return None
    if torch.storage.get("transposed") or any(each.attributes.get("groups", 1) != 1 for each in (keras, torch)):
        return None
    in_keras = keras.kind == "dense"
    dense, window = (kernel, turned_shape(weight)) if in_keras else (weight[::-1], kernel)
    if len(window) < 3 or prod(window[:-2]) == 1 or dense != (prod(window[:-1]), window[-1]):
        return None
    return Windowed(window[:-1], tuple(range(len(window) - 1)), in_keras)
