"""Everything about a run that can be checked before a framework starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity import fingerprints
from parity.data import Part, load
from parity.errors import UsageError
from parity.recipes import Kind, check_option, kind_of, options_of
from parity.running.fitting import check_data, check_inputs, fed
from parity.running.folder import Config, check_manifest, read_config
from parity.suggesting import did_you_mean
from parity.training import recipe_of
from parity.zoo import Preset, Twin, presets


@dataclass(frozen=True)
class Prepared:
    """A run that is known to make sense.

    Args:
        config: with the recipe and the fingerprint filled in.
        folder: of the run.
        twin, preset: of the model.
        training, validation: what the recipe takes.
        test: the test part, None where the recipe brings its own data.
        resume: go on from the last checkpoints.
    """

    config: Config
    folder: Path
    twin: Twin
    preset: Preset
    training: Any
    validation: Any
    test: Part | None
    resume: bool = False


def prepare(config: Config, folder: Path | None = None) -> Prepared:
    """Check everything that can be checked before a framework starts; write nothing.

    Raises:
        UsageError: naming what is wrong, where, and what was expected.
    """
    twin, preset = _find(config.name)
    filled = replace(config, recipe=config.recipe or recipe_of(preset))
    kind = kind_of(filled.recipe)
    options = checked(filled.recipe, config.options, preset)
    for name, value in config.model.items():
        if name not in preset.arguments:
            raise UsageError(
                f"model.{name}={value!r}: {twin.name} has no argument {name!r}",
                did_you_mean(name, preset.arguments, f"expected one of {', '.join(preset.arguments)}"),
            )
    target = folder or Path("runs") / f"{config.name.replace('/', '-')}-{'-'.join(config.frameworks)}"
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target}: exists already", f"--resume {target} goes on with it; -o names another folder")
    return _with_data(filled, target, twin, preset, kind, options)


def reopen(folder: Path, given: Mapping[str, Any]) -> Prepared:
    """The run of a folder, to go on with; ``given`` are the fields that the user named again.

    Raises:
        UsageError: it is no run, or not the run that the user describes, or its data changed, or a checkpoint is
            damaged.
    """
    config = read_config(folder)
    for name, value in given.items():
        if getattr(config, name) != value:
            raise UsageError(
                f"{folder}: a run with {name} {_written(getattr(config, name))}, not {_written(value)}",
                "a resumed run keeps its settings; start a new one with -o to change them",
            )
    for framework in config.frameworks:
        check_manifest(folder / framework / "checkpoints")
    twin, preset = _find(config.name)
    kind = kind_of(config.recipe)
    again = _with_data(config, folder, twin, preset, kind, checked(config.recipe, config.options, preset))
    if again.config.fingerprint != config.fingerprint:
        raise UsageError(f"{folder}: the data {config.data!r} is not what the run began with", "restore the old files")
    return replace(again, config=config, resume=True)


def _find(name: str) -> tuple[Twin, Preset]:
    known = list(presets())
    found = [(twin, preset) for full, twin, preset in known if full == name]
    if found:
        return found[0]
    of_twin = [full for full, twin, _ in known if twin.name == name]
    if of_twin:
        raise UsageError(f"{name!r} has several presets: expected one of {', '.join(of_twin)}", f"such as {of_twin[0]}")
    names = [full for full, _, _ in known]
    raise UsageError(
        f"no preset {name!r}: expected a name of 'parity list'", did_you_mean(name, names, "parity list shows them all")
    )


def checked(recipe: str, options: Mapping[str, Any], preset: Preset) -> dict[str, Any]:
    """The options of a recipe; the preset's loss, where it takes one and none is named.

    Raises:
        UsageError: it has no such option, or not of that type.
    """
    known = options_of(recipe)
    for name, value in options.items():
        check_option(recipe, known, name, value)
    wanted = {"loss": preset.loss} if "loss" in known and "loss" not in options else {}
    return {**wanted, **options}


def _with_data(
    config: Config, folder: Path, twin: Twin, preset: Preset, kind: Kind, options: dict[str, Any]
) -> Prepared:
    if kind is Kind.NO_DATA:
        return Prepared(config, folder, twin, preset, None, None, None)
    check_inputs(config.name, preset, kind)
    if not config.data:
        raise UsageError(
            "--data is missing", f"--data digits, a file, or another name; recipe {config.recipe!r} needs data"
        )
    unscaled = {"scale": "none"} if kind is Kind.WINDOWS and config.data in ("sine", "series") else {}
    data = load(config.data, seed=config.seed, **{**unscaled, **config.data_options})
    check_data(config, preset, data, kind, {**options_of(config.recipe), **options})
    parts = (data.train, data.validation, data.test)
    digest = fingerprints.of_arrays(array for part in parts for array in (part.inputs, part.targets))
    training, validation = _taken(kind, *((fed(preset, part.inputs), part.targets) for part in parts[:2]))
    return Prepared(replace(config, fingerprint=digest), folder, twin, preset, training, validation, data.test)


def _taken(kind: Kind, training: tuple[Any, NDArray], validation: tuple[Any, NDArray]) -> tuple[Any, Any]:
    """What a recipe of that kind takes of (inputs, targets): a recipe of windows splits them itself."""
    if kind is Kind.WINDOWS:
        return tuple(np.concatenate(arrays) for arrays in zip(training, validation, strict=True)), None
    if kind is Kind.RECONSTRUCTION:
        return training[0], validation[0]
    return training, validation


def _written(value: Any) -> str:
    return "+".join(value) if isinstance(value, tuple) else repr(value)
