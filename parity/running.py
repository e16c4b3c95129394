"""Training runs: what is asked for is checked before anything starts, kept in a folder, and can be resumed."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity import atomic
from parity.data import DataSet, Part, load
from parity.errors import UsageError
from parity.mapping import map_by_name
from parity.process import Side, SideProcess
from parity.recipes import Kind, check_option, kind_of, options_of
from parity.sides.runs import Request, Trained
from parity.sides.source import Source
from parity.suggesting import did_you_mean
from parity.training import recipe_of
from parity.zoo import Input, Preset, Twin, presets

SCHEMA = "parity.run/1"
FRAMEWORKS = ("keras", "torch")
Listener = Callable[[str, Any], None]
BESIDE: Mapping[str, Callable[[NDArray], NDArray]] = {
    "segments": np.zeros_like,
    "mask": lambda tokens: tokens != 0,
}
"""Inputs that follow from the first one: a text is one segment, 0 is padding."""


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on; the file ``config.json`` of its folder.

    Args:
        name: ``twin/preset``.
        frameworks: those that train.
        data: name or file.
        recipe: name of a file in ``recipes/``.
        options: of the recipe.
        model: arguments of the builder that differ from the preset's.
        data_options: of the data.
        dtype: float type.
        seed: of the first weights, the data and its order.
        save_every: steps between two checkpoints; 0 for the ends of the epochs alone.
        shared: both sides take the same dropout masks.
        tensorboard: write its event files.
        average: the run ends with a moving average of the weights that decays so; 0 for the last weights.
        fingerprint: SHA-256 of the data.
    """

    name: str
    frameworks: tuple[str, ...]
    data: str
    recipe: str
    options: Mapping[str, Any] = field(default_factory=dict)
    model: Mapping[str, Any] = field(default_factory=dict)
    data_options: Mapping[str, Any] = field(default_factory=dict)
    dtype: str = "float32"
    seed: int = 0
    save_every: int = 0
    shared: bool = False
    tensorboard: bool = False
    average: float = 0.0
    fingerprint: str = ""


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


@dataclass(frozen=True)
class Finished:
    """Curves by framework, and the score on rows that training did not see."""

    curves: dict[str, dict[str, list[float]]]
    score: dict[str, float]
    score_name: str


def prepare(config: Config, folder: Path | None = None) -> Prepared:
    """Check everything that can be checked before a framework starts; write nothing.

    Raises:
        UsageError: naming what is wrong, where, and what was expected.
    """
    twin, preset = _find(config.name)
    recipe = config.recipe or recipe_of(preset)
    kind = kind_of(recipe)
    options = _checked(recipe, config.options, preset)
    for name, value in config.model.items():
        if name not in preset.arguments:
            raise UsageError(
                f"model.{name}={value!r}: {twin.name} has no argument {name!r}",
                did_you_mean(name, preset.arguments, f"expected one of {', '.join(preset.arguments)}"),
            )
    target = folder or Path("runs") / f"{config.name.replace('/', '-')}-{'-'.join(config.frameworks)}"
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target}: exists already", f"--resume {target} goes on with it; -o names another folder")
    return _with_data(config, target, twin, preset, recipe, kind, options)


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
    options = _checked(config.recipe, config.options, preset)
    again = _with_data(config, folder, twin, preset, config.recipe, kind, options)
    if again.config.fingerprint != config.fingerprint:
        raise UsageError(f"{folder}: the data {config.data!r} is not what the run began with", "restore the old files")
    return Prepared(**{**vars(again), "config": config, "resume": True})


def read_config(folder: Path) -> Config:
    """The settings of a run.

    Raises:
        UsageError: the folder holds no run.
    """
    path = folder / "config.json"
    if not path.is_file():
        raise UsageError(f"{folder}: no run: it has no config.json", "name the folder that parity train wrote")
    try:
        facts = json.loads(path.read_text())
        if facts.pop("schema") != SCHEMA:
            raise ValueError("another schema")
        return Config(**{**facts, "frameworks": tuple(facts["frameworks"])})
    except (ValueError, KeyError, TypeError) as problem:
        raise UsageError(f"{path}: damaged: {problem}", "start a new run") from None


def check_manifest(folder: Path) -> None:
    """Compare every checkpoint with its SHA-256; a run that was killed before its first one has none.

    Raises:
        UsageError: naming the file that is missing or changed.
    """
    manifest = folder / "manifest.json"
    if not manifest.exists():
        return
    try:
        entries = json.loads(manifest.read_text())["states"]
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{manifest}: damaged", "start a new run") from None
    for name, entry in entries.items():
        path = folder / entry["file"]
        if not path.is_file():
            raise UsageError(f"{path}: checkpoint {name!r} is missing", "start a new run, or bring the file back")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != entry["sha256"]:
            raise UsageError(
                f"{path}: checkpoint {name!r} is damaged: SHA-256 {digest[:12]}..., expected {entry['sha256'][:12]}...",
                "start a new run, or bring the file back",
            )


def train(run: Prepared, listen: Listener) -> Finished:
    """Train the sides at the same time, each in a process of its own, from the same weights.

    Args:
        run: prepared.
        listen: told the framework and what it says: steps and epochs.
    """
    with _sides(run.config.frameworks, listen) as sides:
        _load_models(run, sides)
        if not run.resume:
            _write_folder(run)
        _environment(run, sides)
        requests = {name: {"request": _request(run, name)} for name in sides}
        try:
            trained = _ask_all(sides, "run", requests)
        except UsageError:
            _forget(run)
            raise
    return _finished(run, trained)


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


def _checked(recipe: str, options: Mapping[str, Any], preset: Preset) -> dict[str, Any]:
    known = options_of(recipe)
    for name, value in options.items():
        check_option(recipe, known, name, value)
    wanted = {"loss": preset.loss} if "loss" in known and "loss" not in options else {}
    return {**wanted, **options}


def _with_data(
    config: Config, folder: Path, twin: Twin, preset: Preset, recipe: str, kind: Kind, options: dict[str, Any]
) -> Prepared:
    filled = {**asdict(config), "recipe": recipe}
    if kind is Kind.NO_DATA:
        return Prepared(Config(**filled), folder, twin, preset, None, None, None)
    _check_inputs(config.name, preset, kind)
    if not config.data:
        raise UsageError("--data is missing", f"--data digits, a file, or another name; recipe {recipe!r} needs data")
    unscaled = {"scale": "none"} if kind is Kind.WINDOWS and config.data in ("sine", "series") else {}
    data = load(config.data, seed=config.seed, **{**unscaled, **config.data_options})
    _check_data(config, preset, data, kind, {**options_of(recipe), **options})
    filled["fingerprint"] = _fingerprint(data)
    pairs = [(_fed(preset, part.inputs), part.targets) for part in (data.train, data.validation, data.test)]
    if kind is Kind.WINDOWS:
        whole = tuple(np.concatenate(arrays) for arrays in zip(*pairs[:2], strict=True))
        return Prepared(Config(**filled), folder, twin, preset, whole, None, data.test)
    if kind is Kind.RECONSTRUCTION:
        return Prepared(Config(**filled), folder, twin, preset, pairs[0][0], pairs[1][0], data.test)
    return Prepared(Config(**filled), folder, twin, preset, pairs[0], pairs[1], data.test)


def _check_inputs(name: str, preset: Preset, kind: Kind) -> None:
    beside = [spec.name for spec in preset.inputs[1:]]
    unknown = [name for name in beside if name not in BESIDE]
    if unknown or (beside and kind in (Kind.WINDOWS, Kind.RECONSTRUCTION)):
        names = ", ".join(spec.name for spec in preset.inputs)
        raise UsageError(
            f"{name} takes {names}: parity train knows no data for {', '.join(unknown or beside)}",
            f"choose a twin of one input, or one with {' or '.join(BESIDE)} beside it",
        )


def _fed(preset: Preset, inputs: NDArray) -> Any:
    """What the model takes: the data, and what follows from them for its other inputs."""
    first, *others = preset.inputs
    if not others:
        return inputs
    return {first.name: inputs} | {spec.name: BESIDE[spec.name](inputs).astype(spec.dtype) for spec in others}


def _check_data(config: Config, preset: Preset, data: DataSet, kind: Kind, options: Mapping[str, Any]) -> None:
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
        wanted = "x".join("any" if size is None else str(size) for size in spec.shape)
        raise UsageError(
            f"{config.data}: samples of {'x'.join(map(str, shape))}, {config.name} takes {wanted}",
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


def _fingerprint(data: DataSet) -> str:
    digest = hashlib.sha256()
    for part in (data.train, data.validation, data.test):
        for array in (part.inputs, part.targets):
            digest.update(f"{array.dtype} {array.shape}".encode())
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _written(value: Any) -> str:
    return "+".join(value) if isinstance(value, tuple) else repr(value)


@contextmanager
def _sides(names: tuple[str, ...], listen: Listener) -> Iterator[dict[str, Side]]:
    sides: dict[str, Side] = {}
    try:
        for name in names:
            process = SideProcess(name)
            process.listener = lambda note, name=name: listen(name, note)  # type: ignore[misc]
            sides[name] = process
        yield sides
    finally:
        for side in sides.values():
            side.close()


def _ask_all(sides: Mapping[str, Side], method: str, arguments: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """One request to every side at the same time; the answers, or the first problem once all have answered."""
    answers: dict[str, Any] = {}
    problems: dict[str, BaseException] = {}

    def ask(name: str) -> None:
        try:
            sides[name].start(method, arguments[name])
            answers[name] = sides[name].finish()
        except BaseException as problem:
            problems[name] = problem

    threads = [threading.Thread(target=ask, args=(name,), daemon=True) for name in sides]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise next(problems[name] for name in sides if name in problems)
    return {name: answers[name] for name in sides}


def _load_models(run: Prepared, sides: Mapping[str, Side]) -> None:
    """Build; with two sides Torch starts with the weights of Keras."""
    config = run.config
    arguments = {**run.preset.arguments, **config.model}
    sources = {"keras": Source(run.twin.keras, arguments), "torch": Source(run.twin.torch, arguments)}
    loaded = _ask_all(sides, "load", {name: {"source": sources[name], "seed": config.seed} for name in sides})
    if len(sides) == 2:
        weights = _ask_all({"keras": sides["keras"]}, "get_weights", {"keras": {"dtype": "float32"}})["keras"]
        mapping = map_by_name(loaded["keras"], loaded["torch"])
        given = {"keras": weights, "torch": mapping.to_torch(weights)}
        _ask_all(sides, "set_weights", {name: {"dtype": config.dtype, "weights": given[name]} for name in sides})
    if run.training is not None and config.model:
        _try_one_row(run, sides)


def _try_one_row(run: Prepared, sides: Mapping[str, Side]) -> None:
    """Whether a changed model takes the data is known only by asking it."""
    fed = run.training[0] if isinstance(run.training, tuple) else run.training
    row = {name: values[:1] for name, values in _by_name(run.preset, fed).items()}
    try:
        _ask_all(sides, "forward", {name: {"dtype": run.config.dtype, "inputs": row} for name in sides})
    except Exception as problem:
        shape = "x".join(map(str, row[run.preset.inputs[0].name].shape[1:]))
        raise UsageError(
            f"{run.config.data}: samples of {shape} do not fit {run.config.name} with {dict(run.config.model)}",
            str(problem).splitlines()[0],
        ) from problem


def _by_name(preset: Preset, fed: Any) -> dict[str, NDArray]:
    return fed if isinstance(fed, dict) else {preset.inputs[0].name: fed}


def _request(run: Prepared, framework: str) -> Request:
    config = run.config
    folder = run.folder / framework
    return Request(
        folder=str(folder.resolve()),
        dtype=config.dtype,
        recipe=config.recipe,
        training=run.training,
        validation=run.validation,
        test=_by_name(run.preset, _fed(run.preset, run.test.inputs)) if run.test and len(run.test) else {},
        options=_checked(config.recipe, config.options, run.preset),
        monitor="loss" if kind_of(config.recipe) is Kind.NO_DATA else "val_loss",
        every=config.save_every,
        tensorboard=config.tensorboard,
        average=config.average,
        seed=config.seed,
        shared=config.shared,
        resume=run.resume and (folder / "checkpoints" / "manifest.json").exists(),
    )


def _write_folder(run: Prepared) -> None:
    run.folder.mkdir(parents=True, exist_ok=True)
    facts = {"schema": SCHEMA, **asdict(run.config)}
    atomic.write_text(run.folder / "config.json", json.dumps(facts, indent=1) + "\n")


def _forget(run: Prepared) -> None:
    """A run that was refused before its first checkpoint leaves nothing behind."""
    if not run.resume and not list(run.folder.glob("*/checkpoints/manifest.json")):
        shutil.rmtree(run.folder)


def _environment(run: Prepared, sides: Mapping[str, Side]) -> None:
    versions = _ask_all(sides, "versions", {name: {} for name in sides})
    facts = {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "parity": version("parity-toolkit"),
        "numpy": np.__version__,
        **versions,
    }
    atomic.write_text(run.folder / "environment.json", json.dumps(facts, indent=1) + "\n")


def _finished(run: Prepared, trained: Mapping[str, Trained]) -> Finished:
    curves = {name: result.curves for name, result in trained.items()}
    kind = kind_of(run.config.recipe)
    labels = kind is Kind.LABELS or (kind is Kind.BY_LOSS and curves and "accuracy" in next(iter(curves.values())))
    outputs = {name: result.outputs for name, result in trained.items() if result.outputs is not None}
    if run.test is None or kind is Kind.WINDOWS:
        return Finished(curves, {}, "")
    targets = run.test.inputs if kind is Kind.RECONSTRUCTION else run.test.targets
    if labels:
        hits = {name: float((array.argmax(-1) == targets).mean()) for name, array in outputs.items()}
        return Finished(curves, hits, "accuracy")
    errors = {name: float(np.mean((array - targets) ** 2)) for name, array in outputs.items()}
    return Finished(curves, errors, "mean squared error")
