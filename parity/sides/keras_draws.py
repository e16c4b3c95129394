"""Random numbers that code of the user's draws in Keras: the same on both sides, and which layers drop with them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras.src import backend

from parity import draws
from parity.sides import keras_facts
from parity.sides.common import replaced

Call = Callable[..., Any]


class Draws:
    """How often numbers were drawn: normal ones, and any."""

    def __init__(self) -> None:
        self.normal = self.all = 0


@contextmanager
def agreed(noise: bool, count: Draws | None = None) -> Iterator[None]:
    """Numbers that are the same on both sides, in whatever shape and order they are drawn.

    Args:
        noise: normal numbers are one for each sample, else their mean.
        count: counts them.
    """
    count = count or Draws()

    def normal(zeros: Any, given: Mapping[str, Any]) -> Any:
        count.normal += 1
        standard = zeros + _of_samples(zeros) if noise else zeros
        return tf.cast(given["mean"], zeros.dtype) + tf.cast(given["stddev"], zeros.dtype) * standard

    def uniform(zeros: Any, given: Mapping[str, Any]) -> Any:
        low, high = (tf.cast(1.0 if end is None else end, zeros.dtype) for end in (given["minval"], given["maxval"]))
        return zeros + low + draws.MIDDLE * (high - low)

    def binomial(zeros: Any, given: Mapping[str, Any]) -> Any:
        kept = tf.cast(tf.convert_to_tensor(given["probs"]) >= draws.MIDDLE, zeros.dtype)
        return zeros + kept * tf.cast(given["counts"], zeros.dtype)

    def instead(original: Call, remake: Call) -> Call:
        signature = inspect.signature(original)

        def draw(*args: Any, **options: Any) -> Any:
            call = signature.bind(*args, **options)
            call.apply_defaults()
            given = call.arguments
            count.all += 1
            if remake is uniform and not tf.as_dtype(given["dtype"]).is_floating:
                return original(*args, **options)
            return remake(tf.zeros(given["shape"], given.get("dtype", given.get("output_dtype"))), given)

        return draw

    with ExitStack() as stack:
        for remake, names in (
            (normal, ("normal", "truncated_normal", "stateless_normal", "stateless_truncated_normal")),
            (uniform, ("uniform", "stateless_uniform")),
            (binomial, ("stateless_binomial",)),
        ):
            for name in names:
                stack.enter_context(replaced(tf.random, name, instead(getattr(tf.random, name), remake)))
        yield


@contextmanager
def dropping_alike() -> Iterator[None]:
    """What drops in eval mode scales each sample by a number that both sides agree on, and so is seen."""

    def dropout(inputs: Any, rate: float, noise_shape: Any = None, seed: Any = None) -> Any:
        return inputs * (1 + tf.cast(rate, inputs.dtype) * _of_samples(inputs))

    with replaced(backend.random, "dropout", dropout):
        yield


def _of_samples(like: Any) -> Any:
    """A number for each sample of ``like``, in its type."""
    table = tf.constant(draws.OF_SAMPLES, like.dtype)
    if like.shape.rank == 0:
        return table[0]
    numbers = tf.gather(table, tf.range(tf.shape(like)[0]) % len(draws.OF_SAMPLES))
    return tf.reshape(numbers, [-1, *[1] * (like.shape.rank - 1)])


@contextmanager
def finding_drops(model: keras.Model, found: set[str], count: Draws) -> Iterator[None]:
    """Collect the paths of layers of the user's own that drop at random: in eval mode they hand on their one input."""
    paths = {id(layer): path for path, layer in keras_facts.walk(model) if _may_drop(layer)}
    original = keras.layers.Layer.__call__

    def call(layer: keras.layers.Layer, *args: Any, **options: Any) -> Any:
        before = count.all - count.normal
        result = original(layer, *args, **options)
        if id(layer) in paths and count.all - count.normal > before and tf.is_tensor(args[0] if args else None):
            passed = original(layer, *args, **options | {"training": False})
            if np.array_equal(np.asarray(passed), np.asarray(args[0])):
                found.add(paths[id(layer)])
        return result

    with replaced(keras.layers.Layer, "__call__", call):
        yield


def may_draw(model: keras.Model) -> bool:
    """Does code of the user's run in it, or a layer that makes noise?"""
    drawing = (keras.layers.Lambda, keras.layers.GaussianNoise)
    return any(not _is_of_keras(layer) or isinstance(layer, drawing) for layer in model._flatten_layers())


def _is_of_keras(layer: keras.layers.Layer) -> bool:
    return type(layer).__module__.startswith("keras.src")


def _may_drop(layer: keras.layers.Layer) -> bool:
    """Is it of the user's, without weights, and does it know whether it trains?"""
    return not _is_of_keras(layer) and not layer.weights and "training" in inspect.signature(layer.call).parameters


@contextmanager
def not_dropping(model: keras.Model, drops: frozenset[str]) -> Iterator[None]:
    """The layers at ``drops`` run in eval mode."""
    resting = {id(layer) for path, layer in keras_facts.walk(model) if path in drops}
    original = keras.layers.Layer.__call__

    def call(layer: keras.layers.Layer, *args: Any, **options: Any) -> Any:
        return original(layer, *args, **options | ({"training": False} if id(layer) in resting else {}))

    if not drops:
        yield
        return
    with replaced(keras.layers.Layer, "__call__", call):
        yield
