"""What both sides need to run a recipe and to keep what it leaves behind; no framework is needed for it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity.goals import Goals
from parity.recording import Arrays, Training

END = -1
"""The step number of the state that a whole run ends in."""

GIVEN = "given"
"""The name of the recipe that is the user's own optimizer and loss."""

SMALL_STEPS = "small steps"
"""The recipe for a pair that brings none: gradient descent that no network answers with chaos.

Adam divides by what may be nothing but rounding: of two equal models with many norms it soon makes two.
"""
RATE, MOMENTUM, NORM = 1e-2, 0.9, 1.0
"""Of these steps; ``NORM`` is the largest joint norm of the gradients."""
NEGLIGIBLE = 1e-9
"""Up to here an epsilon of Adagrad is no part of its sums, in whichever place it is added."""

Data = tuple[Any, Goals]


@dataclass
class Log:
    """Loss and rates of every step, and the state after the first ``keep`` steps.

    ``states`` holds weights and optimizer slots by step and name. What it is shown is the memory of the model and of
    the optimizer, which it copies when that may change, and not before: of a large model the copies take long.

    Args:
        keep: number of these steps.
        frozen: what it is shown stays as it is, and needs no copies.
        settled: nothing changed the weights between the last step and the end.
        opaque: nobody knows what the slots hold; none are shown.
    """

    keep: int
    frozen: bool = False
    losses: list[float] = field(default_factory=list)
    rates: list[tuple[float, ...]] = field(default_factory=list)
    states: dict[int, dict[str, Arrays]] = field(default_factory=dict)
    updates: int = 0
    numbers: Mapping[str, Any] = field(default_factory=dict)
    settled: bool = False
    opaque: bool = False
    _shown: dict[str, Arrays] = field(default_factory=dict)

    def begin(self) -> None:
        """A step begins, which writes over the slots that were shown last."""
        for name, slots in self._shown.items():
            self.states[len(self.rates) - 1][name] = self._copies(slots)
        self._shown = {}

    def step(
        self, rates: tuple[float, ...], weights: Callable[[], Arrays], slots: Callable[[], dict[str, Arrays]]
    ) -> None:
        """A step is done. Callbacks may set weights from now on, and only the next step changes slots."""
        self.rates.append(rates)
        if len(self.rates) <= self.keep:
            self._shown = slots()
            self.states[len(self.rates) - 1] = {"weights": self._copies(weights()), **self._shown}

    def end(self, weights: Callable[[], Arrays], slots: Callable[[], dict[str, Arrays]]) -> None:
        """Training is over, nobody writes to the slots any more."""
        last = self.states.get(len(self.rates) - 1)
        known = last["weights"] if last else {}
        others = {name: arrays for name, arrays in last.items() if name != "weights"} if last else slots()
        ended = self._copies(weights(), known)
        self.states[END] = {"weights": ended, **others}
        self.settled = ended.keys() == known.keys() and all(_same(known[name], ended[name]) for name in ended)

    def result(self, curves: Mapping[str, list[float]]) -> Training:
        return Training(
            {name: [float(value) for value in values] for name, values in curves.items()},
            tuple(self.losses),
            tuple(self.rates),
            self.updates,
            self.numbers,
            {step: tuple(state) for step, state in self.states.items()},
            self.settled,
            self.opaque,
        )

    def _copies(self, arrays: Arrays, known: Arrays | None = None) -> Arrays:
        """Copies; of an array that is ``known`` under its name, the known one."""
        if self.frozen:
            return arrays
        known = known or {}
        return {
            name: known[name] if name in known and np.array_equal(known[name], array) else np.array(array)
            for name, array in arrays.items()
        }


def _same(one: NDArray, other: NDArray) -> bool:
    return one is other or _memory(one) == _memory(other) or np.array_equal(one, other)


def _memory(array: NDArray) -> tuple[Any, ...]:
    return array.ctypes.data, array.dtype, array.shape, array.strides


def batches(training: tuple[Arrays, Any], epochs: int, batch: int) -> Iterator[tuple[int, Arrays, Any]]:
    """Epoch, inputs by name and targets of every batch, rows in order."""
    inputs, targets = training
    for epoch in range(epochs):
        for first in range(0, len(targets), batch):
            rows = slice(first, first + batch)
            yield epoch, {name: array[rows] for name, array in inputs.items()}, targets[rows]


def means(epochs: Sequence[int], losses: Sequence[float]) -> list[float]:
    """The mean loss of every epoch, of the epoch and the loss of every step."""
    found: dict[int, list[float]] = {}
    for epoch, loss in zip(epochs, losses, strict=True):
        found.setdefault(epoch, []).append(loss)
    return [sum(values) / len(values) for values in found.values()]


def run(
    train: Callable[..., Any],
    model: Any,
    training: Data | NDArray | None,
    validation: Data | NDArray | None,
    seed: int,
    **options: Any,
) -> dict[str, list[float]]:
    """Call a recipe with those of its arguments that it has: some take one data set, some bring their own."""
    known = inspect.signature(train).parameters
    given = {"training": training, "data": training, "validation": validation, "seed": seed}
    return train(model, **{name: value for name, value in given.items() if name in known}, **options)
