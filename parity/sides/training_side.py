"""What both sides do alike around a training; no framework is needed for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from parity.recording import Arrays
from parity.sides import runs
from parity.sides.agreed import AgreedWeights, farthest
from parity.sides.recipes import END


class TrainingSide(AgreedWeights):
    """Trains in a folder, and keeps the states of its last training until they are asked for."""

    framework: str

    def __init__(self) -> None:
        super().__init__()
        self.tell: Callable[[Any], None] = lambda note: None
        self._trained: dict[int, dict[str, Arrays]] = {}

    def run(self, request: runs.Request) -> runs.Trained:
        """Train as ``parity train`` does, in a folder that can be resumed."""
        return runs.run(self.framework, self, request)

    def trained(self, step: int, what: str) -> Arrays:
        """The state after a step that ``train`` kept: ``weights`` or a slot of the optimizer, native names."""
        return self._trained[step][what]

    def moved(self) -> float:
        """How far ``train`` moved the weights, relative to the peak; the largest over the tensors."""
        return farthest(self._agreed, self._trained[END]["weights"])

    def forget_training(self) -> None:
        """Free what ``train`` kept."""
        self._trained.clear()
