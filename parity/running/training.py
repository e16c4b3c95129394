"""Train the sides of a prepared run at the same time, each in a process of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from parity.arrays import times
from parity.errors import UsageError
from parity.mapping import map_by_name
from parity.process import Side, SideProcess
from parity.recipes import Kind, kind_of
from parity.running.fitting import by_name, fed
from parity.running.folder import forget, write_config, write_environment
from parity.running.preparing import Prepared, checked
from parity.sides.runs import Request, Trained
from parity.sides.source import Source

Listener = Callable[[str, Any], None]


@dataclass(frozen=True)
class Finished:
    """Curves by framework, and the score on rows that training did not see."""

    curves: dict[str, dict[str, list[float]]]
    score: dict[str, float]
    score_name: str


def train(run: Prepared, listen: Listener) -> Finished:
    """Train the sides at the same time, each in a process of its own, from the same weights.

    Args:
        run: prepared.
        listen: told the framework and what it says: steps and epochs.
    """
    with _sides(run.config.frameworks, listen) as sides:
        _load_models(run, sides)
        if not run.resume:
            write_config(run.folder, run.config)
        write_environment(run.folder, _ask_all(sides, "versions", {name: {} for name in sides}))
        requests = {name: {"request": _request(run, name)} for name in sides}
        try:
            trained = _ask_all(sides, "run", requests)
        except UsageError:
            if not run.resume:
                forget(run.folder)
            raise
    return _finished(run, trained)


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
    inputs = run.training[0] if isinstance(run.training, tuple) else run.training
    row = {name: values[:1] for name, values in by_name(run.preset, inputs).items()}
    try:
        _ask_all(sides, "forward", {name: {"dtype": run.config.dtype, "inputs": row} for name in sides})
    except Exception as problem:
        shape = times(row[run.preset.inputs[0].name].shape[1:])
        raise UsageError(
            f"{run.config.data}: samples of {shape} do not fit {run.config.name} with {dict(run.config.model)}",
            str(problem).splitlines()[0],
        ) from problem


def _request(run: Prepared, framework: str) -> Request:
    config = run.config
    folder = run.folder / framework
    return Request(
        folder=str(folder.resolve()),
        dtype=config.dtype,
        recipe=config.recipe,
        training=run.training,
        validation=run.validation,
        test=by_name(run.preset, fed(run.preset, run.test.inputs)) if run.test and len(run.test) else {},
        options=checked(config.recipe, config.options, run.preset),
        monitor="loss" if kind_of(config.recipe) is Kind.NO_DATA else "val_loss",
        every=config.save_every,
        tensorboard=config.tensorboard,
        average=config.average,
        seed=config.seed,
        shared=config.shared,
        resume=run.resume and (folder / "checkpoints" / "manifest.json").exists(),
    )


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
