"""Run a Keras recipe and record every step of it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import keras
import tensorflow as tf
from keras import ops
from keras.src.trainers.trainer import Trainer
from numpy.typing import NDArray

from keras_impl.callbacks.history import History
from keras_impl.training import loop
from keras_impl.training.batches import Batches
from keras_impl.training.optimizer import Optimizer
from keras_impl.training.optimizers import Adam
from parity.arrays import floats_as
from parity.recording import Arrays, Training
from parity.sides import keras_facts, keras_patches
from parity.sides.calls import Calls
from parity.sides.common import by_name, replaced
from parity.sides.keras_losses import LOSSES
from parity.sides.keras_state import everything, held, stored
from parity.sides.recipes import Log, run

FACTORED: Mapping[int, tuple[str, ...]] = {0: (), 1: ("variance",), 2: ("row", "column")}
"""Names of Adafactor's slots by their number."""
EAGER_ABOVE = 2_000_000
"""A model with more weights runs its few recorded steps faster than its graph is traced."""


def train(
    model: keras.Model,
    calls: Calls,
    dtype: str,
    recipe: str,
    training: Any,
    validation: Any,
    options: Mapping[str, Any],
    seed: int,
    shared: bool,
    keep: int | None,
    quiet: frozenset[str],
) -> tuple[Training, dict[int, dict[str, Arrays]]]:
    """Train ``model``; with ``keep`` record every step, and the state after the first ``keep`` and the last."""
    log = Log(keep or 0, frozen=True)
    with ExitStack() as stack:
        stack.enter_context(keras_patches.policy(dtype))
        if shared:
            stack.enter_context(keras_patches.observed(model, calls))
            stack.enter_context(keras_patches.shared_draws(calls, seed))
        if keep is not None:
            stack.enter_context(recorded(log))
            stack.enter_context(eagerly(model))
            stack.enter_context(replaced(keras.Model, "get_weights", _weights))
            stack.enter_context(quieted(model, quiet))
        curves = run(
            _recipe(recipe),
            model,
            typed(training, dtype),
            typed(validation, dtype),
            seed,
            on_step=calls.begin,
            **options,
        )
    if keep is not None:
        log.end(lambda: everything(model), lambda: slots(model))
    result = log.result(curves)
    forget_graphs(model)
    return result, log.states


def probe(
    model: keras.Model,
    training: Any,
    validation: Any,
    loss: str,
    epochs: int,
    batch: int,
    seed: int = 0,
    on_step: Callable[[int], None] | None = None,
) -> dict[str, list[float]]:
    """Train a model that has no recipe of its own: Adam on a named loss of all outputs."""
    return loop.fit(
        model, Adam(), Whole(loss), Batches(*training, batch), Batches(*validation, batch), epochs, on_step=on_step
    )


class Whole:
    """A loss of ``keras_losses`` as a recipe takes it."""

    whole = True

    def __init__(self, name: str) -> None:
        self.function = LOSSES[name]

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        return self.function(y_true, by_name(y_pred))


class Recorder(History):
    """The history of a recipe, which also records every step."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self.log = log

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.log.begin()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        optimizer = self.model.optimizer
        rate = float(ops.convert_to_numpy(optimizer.learning_rate))
        factors = {factor * rate for factor in getattr(optimizer, "rates", (1,))}
        self.log.step(tuple(sorted(factors)), lambda: everything(self.model), lambda: slots(self.model))

    def on_train_end(self, logs: Any = None) -> None:
        self.log.updates = int(ops.convert_to_numpy(self.model.optimizer.iterations))
        self.log.numbers = dict(self.model.optimizer.numbers)


@contextmanager
def recorded(log: Log) -> Iterator[None]:
    """Record steps through the history that every recipe keeps, and losses where Keras computes them."""
    with losses_recorded(log), replaced(loop, "History", partial(Recorder, log)):
        yield


def _weights(model: keras.Model) -> list[NDArray]:
    """What the model's own method gives, without its copies."""
    return [held(weight) for weight in model.weights]


@contextmanager
def losses_recorded(log: Log) -> Iterator[None]:
    """Record losses where ``fit`` computes them."""
    original = Trainer._compute_loss

    def compute(trainer: Any, *args: Any, training: bool = True, **kwargs: Any) -> Any:
        value = original(trainer, *args, training=training, **kwargs)
        if training:
            tf.numpy_function(lambda number: log.losses.append(float(number)), [value], [])
        return value

    with replaced(Trainer, "_compute_loss", compute):
        yield


@contextmanager
def quieted(model: keras.Model, paths: frozenset[str]) -> Iterator[None]:
    """Take the gradients of some weights as zero: on paper they are, and Adam makes whole steps of their rounding."""
    quiet = {id(weight) for path, weight in stored(model) if path in paths}
    original = Optimizer.apply

    def apply(optimizer: Any, grads: Any, trainable_variables: Any = None) -> None:
        variables = optimizer._trainable_variables if trainable_variables is None else list(trainable_variables)
        pairs = zip(grads, variables, strict=True)
        original(optimizer, [ops.zeros_like(v) if id(v) in quiet else g for g, v in pairs], variables)

    with replaced(Optimizer, "apply", apply):
        yield


@contextmanager
def eagerly(model: keras.Model) -> Iterator[None]:
    """Run a large model step by step; recurrent layers are far too slow for that."""
    recurrent = any(isinstance(layer, keras_facts.RECURRENT) for _, layer in keras_facts.walk(model))
    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(before or (model.count_params() > EAGER_ABOVE and not recurrent))
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(before)


def slots(model: keras.Model) -> dict[str, Arrays]:
    """Every slot of the optimizer by its name, native names and shapes, its own memory.

    Those of Adafactor, which has two of a matrix and one of a vector, are named by their number.
    """
    paths, optimizer = {id(weight): path for path, weight in stored(model)}, model.optimizer
    found: dict[str, Arrays] = {}
    for variable, tensors in zip(optimizer._trainable_variables, optimizer.kept, strict=True):
        rule = optimizer.rule_of(variable)
        names = rule.slots or FACTORED[len(tensors)]
        for name, tensor in zip(names, tensors, strict=True):
            found.setdefault(name, {})[paths[id(variable)]] = held(tensor)
    return found


def typed(data: Any, dtype: str) -> Any:
    """Inputs and targets in the run's float type; whole numbers stay what they are."""
    if isinstance(data, Mapping):
        return {name: typed(value, dtype) for name, value in data.items()}
    if isinstance(data, (tuple, list)):
        return tuple(typed(part, dtype) for part in data)
    return None if data is None else floats_as(data, dtype)


def _recipe(recipe: str) -> Callable[..., Any]:
    return importlib.import_module(f"keras_impl.recipes.{recipe}").train if recipe else probe


def forget_graphs(model: keras.Model) -> None:
    """A trained model holds its graphs and the optimizer's tensors."""
    model.train_function = model.test_function = model.predict_function = None
    model.optimizer = None
