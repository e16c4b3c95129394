"""Train a Keras model that comes without a recipe, in small steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import keras
import tensorflow as tf
from numpy.typing import NDArray

from parity.recording import Arrays, Training
from parity.sides.keras_state import everything, held
from parity.sides.recipes import MOMENTUM, NORM, RATE, Log, means


def train(
    model: keras.Model,
    weights: Mapping[str, tf.Variable],
    batches: Iterable[tuple[int, Arrays, NDArray]],
    loss: Callable[[Arrays, NDArray], tf.Tensor],
    keep: int | None,
    quiet: frozenset[str],
) -> tuple[Training, dict[int, dict[str, Arrays]]]:
    """Gradient descent with momentum and a bound on the joint norm of the gradients.

    Args:
        weights: those that are trained, by path.
        batches: epoch, inputs and targets of every step.
        loss: runs ``model`` on one batch.
        keep: the state after so many first steps, and the last, is kept.
        quiet: weights whose gradient is taken as zero.
    """
    log, epochs = Log(keep or 0, frozen=True), list[int]()
    momenta = {path: tf.Variable(tf.zeros_like(weight)) for path, weight in weights.items()}
    for epoch, inputs, targets in batches:
        log.begin()
        with tf.GradientTape() as tape:
            value = loss(inputs, targets)
        gradients = tape.gradient(value, dict(weights))
        _descend(weights, momenta, {path: g for path, g in gradients.items() if g is not None}, quiet)
        log.losses.append(float(value))
        log.step((RATE,), lambda: everything(model), lambda: _slots(momenta))
        epochs.append(epoch)
    log.updates = len(log.rates)
    log.end(lambda: everything(model), lambda: _slots(momenta))
    return log.result({"loss": means(epochs, log.losses)}), log.states


def _descend(
    weights: Mapping[str, tf.Variable],
    momenta: Mapping[str, tf.Variable],
    gradients: Mapping[str, Any],
    quiet: frozenset[str],
) -> None:
    dense = {path: tf.convert_to_tensor(gradient) for path, gradient in gradients.items() if path not in quiet}
    norm = tf.linalg.global_norm(list(dense.values()))
    for path, gradient in dense.items():
        momenta[path].assign(momenta[path] * MOMENTUM + gradient * NORM / tf.maximum(norm, NORM))
        weights[path].assign_sub(RATE * momenta[path])


def _slots(momenta: Mapping[str, tf.Variable]) -> dict[str, Arrays]:
    return {"momentum": {path: held(tensor) for path, tensor in momenta.items()}}
