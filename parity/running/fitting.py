"""Do the data fit the model and the recipe? If not: what is wrong, where, and what was expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity.arrays import times
from parity.data import DataSet
from parity.errors import UsageError
from parity.recipes import Kind
from parity.running.folder import Config
from parity.zoo import Input, Preset

BESIDE: Mapping[str, Callable[[NDArray], NDArray]] = {
    "segments": np.zeros_like,
    "mask": lambda tokens: tokens != 0,
}
"""Inputs that follow from the first one: a text is one segment, 0 is padding."""


def check_inputs(name: str, preset: Preset, kind: Kind) -> None:
    """Raise UsageError for a model with inputs that do not follow from the first one."""
    beside = [spec.name for spec in preset.inputs[1:]]
    unknown = [name for name in beside if name not in BESIDE]
    if unknown or (beside and kind in (Kind.WINDOWS, Kind.RECONSTRUCTION)):
        names = ", ".join(spec.name for spec in preset.inputs)
        raise UsageError(
            f"{name} takes {names}: parity train knows no data for {', '.join(unknown or beside)}",
            f"choose a twin of one input, or one with {' or '.join(BESIDE)} beside it",
        )


def fed(preset: Preset, inputs: NDArray) -> Any:
    """What the model takes: the data, and what follows from them for its other inputs."""
    first, *others = preset.inputs
    if not others:
        return inputs
    return {first.name: inputs} | {spec.name: BESIDE[spec.name](inputs).astype(spec.dtype) for spec in others}


def by_name(preset: Preset, fed: Any) -> dict[str, NDArray]:
    """The same, a single input under its name too."""
    return fed if isinstance(fed, dict) else {preset.inputs[0].name: fed}


def check_data(config: Config, preset: Preset, data: DataSet, kind: Kind, options: Mapping[str, Any]) -> None:
    """Raise UsageError unless the recipe can train the model on them; ``options``: of the recipe, all of them."""
    for part, name in ((data.train, "training"), (data.validation, "validation")):
        if not len(part):
            raise UsageError(f"{config.data}: the {name} part is empty", "give more samples, or larger fractions")
        for what, values in (("inputs", part.inputs), ("targets", part.targets)):
            _check_finite(config.data, f"{name} {what}", values)
    if not config.model:
        _check_shape(config, preset.inputs[0], data.train.inputs)
    if kind is Kind.LABELS or (kind is Kind.BY_LOSS and options.get("loss") == "cross_entropy"):
        _check_labels(config, data, {**preset.arguments, **config.model}.get("classes"))
    elif kind is Kind.NUMBERS and data.task == "classification":
        raise UsageError(
            f"{config.data}: labels of classes, and the recipe predicts numbers", "choose --data diabetes, or --recipe"
        )
    batch = options.get("batch")
    if isinstance(batch, int) and batch > len(data.train):
        raise UsageError(
            f"batch={batch}: larger than the training part of {config.data}, {len(data.train)} samples",
            f"--set batch={max(1, len(data.train) // 4)}",
        )


def _check_finite(source: str, where: str, values: NDArray) -> None:
    if not np.issubdtype(values.dtype, np.floating):
        return
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        index = ", ".join(map(str, bad[0]))
        raise UsageError(
            f"{source}: {where}[{index}] is {values[tuple(bad[0])]} ({len(bad)} such values): expected finite numbers",
            "fill or drop missing values first",
        )


def _check_shape(config: Config, spec: Input, inputs: NDArray) -> None:
    shape = inputs.shape[1:]
    fits = len(shape) == len(spec.shape) and all(
        known in (None, size) for known, size in zip(spec.shape, shape, strict=True)
    )
    if not fits:
        raise UsageError(
            f"{config.data}: samples of {times(shape)}, {config.name} takes {times(spec.shape, 'any')}",
            "change the data (--set data.size=28, data.flatten=true) or the model (--set model.input_shape=[30])",
        )
    if np.issubdtype(inputs.dtype, np.floating) != spec.dtype.startswith("float"):
        raise UsageError(f"{config.data}: {inputs.dtype} inputs, {config.name} takes {spec.dtype}", "choose other data")


def _check_labels(config: Config, data: DataSet, classes: int | None) -> None:
    if data.task != "classification":
        raise UsageError(
            f"{config.data}: numbers to predict, and the recipe needs labels of classes", "choose another --recipe"
        )
    for part, name in ((data.train, "training"), (data.validation, "validation")):
        bad = np.flatnonzero((part.targets < 0) | (part.targets >= (classes or np.inf)))
        if len(bad):
            label = part.targets[bad[0]]
            raise UsageError(
                f"{config.data}: {name} label [{bad[0]}] is {label}: {config.name} has {classes} classes",
                f"--set model.classes={int(part.targets.max()) + 1}, or other data",
            )
    present = np.unique(data.train.targets)
    if len(present) < 2:
        raise UsageError(
            f"{config.data}: every training label is {present[0]}: nothing can be learnt from one class",
            "give samples of two classes or more",
        )
