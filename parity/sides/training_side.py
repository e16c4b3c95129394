"""What both sides do alike around a training; no framework is needed for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from parity.arrays import chosen
from parity.memory import fetch_ahead
from parity.recording import Arrays, Gradients
from parity.sides import runs
from parity.sides.agreed import AgreedWeights, farthest
from parity.sides.recipes import END

COPIES, DOUBLE = 7, 8
"""Of every weight while its training is recorded: gradients, slots, states and what they are computed from; bytes."""


class TrainingSide(AgreedWeights):
    """Trains in a folder, and keeps the states of its last training until they are asked for."""

    framework: str

    def __init__(self) -> None:
        super().__init__()
        self.tell: Callable[[Any], None] = lambda note: None
        self._trained: dict[int, dict[str, Arrays]] = {}
        self._held: Arrays = {}

    def expect_training(self, weights: int) -> None:
        """Come by the memory that ``train`` will need for so many weights while there is nothing else to do."""
        fetch_ahead(COPIES * DOUBLE * weights)

    def run(self, request: runs.Request) -> runs.Trained:
        """Train as ``parity train`` does, in a folder that can be resumed."""
        return runs.run(self.framework, self, request)

    def trained(self, step: int, what: str, paths: frozenset[str] | None = None) -> Arrays:
        """The state after a step that ``train`` kept: ``weights`` or a slot of the optimizer, native names."""
        return chosen(self._trained[step][what], paths)

    def held(self, paths: frozenset[str]) -> Arrays:
        """Gradients that this side was asked to hold."""
        return chosen(self._held, paths)

    def let_go(self) -> None:
        """Free them."""
        self._held = {}

    def _holding(self, found: Gradients, hold: bool) -> Gradients:
        if not hold:
            return found
        self._held = found.parameters
        return replace(found, parameters={})

    def moved(self) -> float:
        """How far ``train`` moved the weights, relative to the peak; the largest over the tensors."""
        return farthest(self._agreed, self._trained[END]["weights"])

    def forget_training(self) -> None:
        """Free what ``train`` kept."""
        self._trained.clear()
