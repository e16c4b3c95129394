"""A training that is kept in a folder: the part that one side does, the same for both."""

from __future__ import annotations

import fcntl
import importlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from parity.errors import ParityError, UsageError

TELL_EVERY = 0.1
PATIENCE = 5.0
CHUNK = 256


@dataclass(frozen=True)
class Request:
    """What one side is to train and where it is kept.

    Args:
        folder: of this side.
        dtype: float type.
        recipe: name of a file in ``recipes/``.
        training, validation: what the recipe takes.
        test: inputs by name whose outputs are wanted at the end.
        options: of the recipe.
        monitor: name in the logs that tells the best epoch.
        every: steps between two checkpoints; 0 for the ends of the epochs alone.
        tensorboard: write its event file too.
        average: end with a moving average of the weights that decays so; 0 for the last weights.
        seed: of the shuffling and of shared draws.
        shared: take the dropout masks that the other side takes too.
        resume: go on from the last checkpoint.
    """

    folder: str
    dtype: str
    recipe: str
    training: Any
    validation: Any
    test: dict[str, NDArray]
    options: dict[str, Any]
    monitor: str
    every: int = 0
    tensorboard: bool = False
    average: float = 0.0
    seed: int = 0
    shared: bool = False
    resume: bool = False


@dataclass(frozen=True)
class Trained:
    """Curves by name, and the outputs for the test inputs."""

    curves: dict[str, list[float]]
    outputs: NDArray | None


def run(framework: str, side: Any, request: Request) -> Trained:
    """Train in the folder, alone there; save the weights that the training ends with as checkpoint ``final``.

    Raises:
        UsageError: the recipe refuses an argument, or the checkpoint is damaged or of another training.
        ParityError: the loss became NaN or infinite.
    """
    folder = Path(request.folder)
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        callbacks = [_load(framework, name)(*arguments) for name, arguments in _callbacks(folder, request)]
        callbacks.append(_progress(framework, side.tell))
        keep = _load(framework, "keep.Keep")
        callbacks.append(keep(folder / "checkpoints", request.every, request.monitor, resume=request.resume))
        try:
            trained = side.train(
                request.dtype,
                request.recipe,
                request.training,
                request.validation,
                {**request.options, "callbacks": callbacks},
                request.seed,
                request.shared,
            )
        except ValueError as problem:
            raise UsageError(_one_line(problem), "see the options of the recipe, or start a new run") from problem
        except FloatingPointError as problem:
            raise ParityError(
                f"{framework}: {problem}", f"the checkpoints in {folder} are those of the steps before"
            ) from problem
        callbacks[-1].checkpoints.save({"weights": side.get_weights(request.dtype)}, ["final"])
        return Trained(trained.curves, _outputs(side, request))


def _callbacks(folder: Path, request: Request) -> Iterator[tuple[str, tuple[Any, ...]]]:
    yield "nan_guard.NaNGuard", ()
    yield "csv_log.CSVLog", (folder / "log.csv", ["seconds"])
    yield "json_log.JSONLog", (folder / "log.jsonl",)
    if request.tensorboard:
        yield "tensorboard_log.TensorBoardLog", (folder / "tensorboard",)
    if request.average:
        yield "weight_average.WeightAverage", (request.average,)


def _load(framework: str, name: str) -> Any:
    module, _, attribute = name.partition(".")
    return getattr(importlib.import_module(f"{framework}_impl.callbacks.{module}"), attribute)


def _progress(framework: str, tell: Callable[[Any], None]) -> Any:
    """A callback that tells steps, not too often, and epochs; a listener that is gone ends the training."""

    class Progress(_load(framework, "callback.Callback")):  # type: ignore[misc]
        told = 0.0

        def tell_step(self) -> None:
            if time.monotonic() - self.told > TELL_EVERY:
                self.told = time.monotonic()
                state = self.training_state
                tell({"epoch": state.epoch, "batch": state.index, "batches": self.training.first + len(self.training)})

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.tell_step()

        def on_step_end(self, step: int, loss: float) -> None:
            self.tell_step()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            tell({"epoch": epoch, "logs": {name: float(value) for name, value in logs.items()}})

    return Progress()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder; the lock goes with the process, however it ends."""
    with (folder / ".lock").open("w") as file:
        _lock(file, folder)
        yield


def _lock(file: TextIO, folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > until:
                raise UsageError(f"{folder}: another process trains there", "wait for it, or stop it") from None
            time.sleep(TELL_EVERY)


def _outputs(side: Any, request: Request) -> NDArray | None:
    """Outputs for the test inputs in eval mode; None for a model of several outputs."""
    count = len(next(iter(request.test.values()), ()))
    parts = []
    for first in range(0, count, CHUNK):
        rows = {name: array[first : first + CHUNK] for name, array in request.test.items()}
        outputs = side.forward(request.dtype, rows).outputs
        if len(outputs) > 1:
            return None
        parts.append(next(iter(outputs.values())))
    return np.concatenate(parts) if parts else None


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split())
