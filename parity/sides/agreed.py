"""The weights that both sides have agreed on; no framework is needed to go back to them."""

from __future__ import annotations

import numpy as np

from parity.arrays import peak
from parity.calibration import nudged
from parity.recording import Arrays


class AgreedWeights:
    """Keeps what the models are judged in, so that large tensors are sent once."""

    def __init__(self) -> None:
        self._agreed: Arrays = {}

    def get_weights(self, dtype: str, paths: frozenset[str] | None = None) -> Arrays:
        raise NotImplementedError

    def set_weights(self, dtype: str, weights: Arrays) -> None:
        raise NotImplementedError

    def agree(self, weights: Arrays) -> None:
        """Judge the models in ``weights``, float32 values."""
        self._agreed = dict(weights)
        for dtype in ("float32", "float64"):
            self.restore(dtype)

    def keep(self) -> Arrays:
        """Judge the models in the weights that they came with."""
        self._agreed = self.get_weights("float32")
        return self._agreed

    def restore(self, dtype: str) -> None:
        """Go back to the agreed weights."""
        self.set_weights(dtype, self._agreed)

    def nudge(self, dtype: str, seed: int, number: int) -> None:
        """Move every agreed weight by its last bit in ``dtype``, up or down by chance."""
        moved = {path: nudged(array, seed, number, path, dtype=dtype) for path, array in self._agreed.items()}
        self.set_weights(dtype, moved)


def farthest(start: Arrays, end: Arrays) -> float:
    """How far the floating tensors of ``end`` are from ``start``, relative to the peak; the largest of all."""
    shared = [path for path in start if path in end and np.issubdtype(start[path].dtype, np.floating)]
    return max((peak(end[path] - start[path]) / (peak(start[path]) or 1.0) for path in shared), default=0.0)
