"""Train both sides of a twin on the same data, from the same weights, in the same order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from parity import data, draws
from parity.mapping import map_by_name
from parity.process import Duo
from parity.recording import Arrays
from parity.sides.recipes import SMALL_STEPS
from parity.sides.source import Source
from parity.zoo import Preset

Rows = tuple[NDArray, NDArray]
HEAVY = 2_000_000
PLAIN = "plain"
OF_LOSS = {
    "cross_entropy": "step",
    "cross_entropy_on_probabilities": "keras_callbacks",
    "mean_squared_error": "regression",
}
"""The recipe of a preset that names none."""
CLOCKS: Mapping[str, Mapping[str, Any]] = {
    "autoencoder": {},
    "cifar10": {"period": 2},
    "forecast": {},
    "handout": {"plateau_patience": 0, "patience": 1},
    "keras_callbacks": {"plateau_patience": 1, "patience": 1},
    "regression": {"patience": 1},
    "regularized": {"patience": 1},
    "sentiment": {},
    "short": {"plateau_patience": 0},
    "step": {"every": 1},
}
"""Schedules and callbacks fast enough to act within the two epochs of a check, by recipe that takes batches."""


@dataclass(frozen=True)
class Plan:
    """A run of a recipe that both sides do alike.

    Args:
        recipe: name of a file in ``recipes/``; without one the loss that ``options`` name is trained with Adam.
        training, validation: (inputs, targets), canonical order; several inputs by name.
        options: of the recipe.
        keep: number of first steps whose whole state both sides keep.
    """

    recipe: str
    training: Any
    validation: Any
    options: Mapping[str, Any]
    keep: int = 1000


def recipe_of(preset: Preset) -> str:
    """The file in ``recipes/`` that trains a preset; "" where there is none for its outputs."""
    recipe = preset.recipe or OF_LOSS.get(preset.loss, PLAIN)
    return "" if recipe == PLAIN else recipe


def preset_plan(preset: Preset, seed: int = 0) -> Plan:
    """The recipe of a preset on a few rows of its own data: six steps in two epochs, one step for a heavy one."""
    recipe = recipe_of(preset) or PLAIN
    if recipe == "xor":
        return Plan(recipe, None, None, {"epochs": 6})
    heavy = preset.parameters > HEAVY
    rows, batch = (2, 2) if heavy else (11, 4)
    training, validation = (_rows(preset, count, seed + index) for index, count in enumerate((rows, batch + 1)))
    if recipe == "full_batch":
        return Plan(recipe, training, validation, {"epochs": 6, "loss": preset.loss})
    keep = 1 if heavy else 6
    options: dict[str, Any] = {"epochs": 1 if heavy else 2, "batch": batch}
    if recipe == PLAIN:
        return Plan("", training, validation, options | {"loss": preset.loss or "squares"}, keep)
    chosen = {"loss": preset.loss} if recipe in ("autoencoder", "regression") else {}
    return Plan(recipe, training, validation, {**options, **CLOCKS[recipe], **chosen}, keep)


def _rows(preset: Preset, count: int, seed: int) -> tuple[Any, NDArray]:
    """Rows of the smallest size that the preset is checked at, a single step of a sequence left aside."""
    sizes = min((sizes for sizes in preset.sizes if math.prod(sizes) > 1 or not sizes), key=math.prod)
    classes = int(preset.arguments.get("classes", 1))
    inputs, targets = data.batch(preset.data, preset.inputs, sizes, count, seed, preset.loss, classes, **preset.options)
    if not preset.loss:
        targets = draws.normal((count,), seed, "squares")
    return _one_or_named(inputs), targets


def small_plan(inputs: Arrays, targets: NDArray, loss: str, seed: int = 0, heavy: bool = False) -> Plan:
    """Four small steps on rows at hand for a pair without a recipe, one for a large model; squares without a loss."""
    rows = len(next(iter(inputs.values())))
    training = (inputs, targets if loss else draws.normal((rows,), seed, "squares"))
    epochs, batch, keep = (1, rows, 1) if heavy else (2, max(2, (rows + 1) // 2), 1000)
    return Plan(SMALL_STEPS, training, None, {"epochs": epochs, "batch": batch, "loss": loss or "squares"}, keep)


def _one_or_named(inputs: Arrays) -> Any:
    return next(iter(inputs.values())) if len(inputs) == 1 else inputs


@dataclass(frozen=True)
class BothTrained:
    """Curves of the two runs and accuracy on rows that neither saw.

    Args:
        keras, torch: one list per name (``loss``, ``val_accuracy``, ``seconds``, ...), one number per epoch.
        test_accuracy: fraction of right answers, by side.
    """

    keras: dict[str, list[float]]
    torch: dict[str, list[float]]
    test_accuracy: dict[str, float]

    def difference(self, name: str = "loss") -> list[float]:
        """Relative difference of one curve, epoch by epoch."""
        return [
            abs(a - b) / max(abs(a), abs(b)) if a != b else 0.0
            for a, b in zip(self.keras[name], self.torch[name], strict=True)
        ]


def train_both(
    duo: Duo,
    keras: str,
    torch: str,
    arguments: Mapping[str, Any],
    recipe: str,
    training: Rows,
    validation: Rows,
    test: Rows,
    dtype: str = "float32",
    seed: int = 0,
    shared: bool = True,
    **options: Any,
) -> BothTrained:
    """Build, share the initial weights, train, evaluate.

    Args:
        duo: the two sides.
        keras, torch: ``package.module:object`` of the twin.
        arguments: of the builder.
        recipe: name of a file in ``recipes/``.
        training, validation, test: (inputs, labels), canonical order.
        dtype: ``float32`` or ``float64``.
        seed: of initial weights, order of the rows, and dropout masks.
        shared: both take the same dropout masks; without it each framework draws its own at full speed.
        options: of the recipe.
    """
    descriptions = duo.both(
        "load", {"source": Source(keras, arguments)}, {"source": Source(torch, arguments)}, seed=seed
    )
    weights = duo.ask(duo.keras, "get_weights", dtype="float32")
    mapping = map_by_name(*descriptions)
    duo.both("set_weights", {"weights": weights}, {"weights": mapping.to_torch(weights)}, dtype=dtype)
    runs = duo.both(
        "train",
        dtype=dtype,
        recipe=recipe,
        training=training,
        validation=validation,
        options=options,
        seed=seed,
        shared=shared,
    )
    name = descriptions[0].inputs[0].name
    forwards = duo.both("forward", dtype=dtype, inputs={name: test[0]})
    accuracy = {
        side: _accuracy(next(iter(run.outputs.values())), test[1])
        for side, run in zip(("keras", "torch"), forwards, strict=True)
    }
    return BothTrained(runs[0].curves, runs[1].curves, accuracy)


def _accuracy(outputs: NDArray, labels: NDArray) -> float:
    return float((outputs.argmax(-1) == labels).mean())
