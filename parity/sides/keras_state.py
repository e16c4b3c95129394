"""What a Keras model stores: its weights, and what only calls in train mode move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from parity.compare import identical
from parity.recording import Arrays
from parity.sides import keras_facts
from parity.sides.common import replaced

DEVIATION = 0.1
"""Of what a levelled layer makes, over all its units and a batch."""
ROUNDING = 1e-6
"""What varies less than that beside its size is one number, rounded."""


def stored(model: keras.Model) -> Iterator[tuple[str, Any]]:
    """Every stored tensor, named ``path/tensor``."""
    return ((name, weight) for name, weight, _ in _with_layers(model))


def _with_layers(model: keras.Model) -> Iterator[tuple[str, Any, keras.layers.Layer]]:
    for path, layer in keras_facts.owners(model):
        for name, weight in keras_facts.named_weights(layer):
            yield f"{path}/{name}", weight, layer


def held(variable: Any) -> NDArray:
    """What the variable is now, to be read; Keras's and TensorFlow's own ways to NumPy make three copies.

    It stays as it is: TensorFlow writes into other memory while anybody holds this.
    """
    return np.asarray(tf.convert_to_tensor(variable))


def weights(model: keras.Model, paths: frozenset[str] | None = None) -> Arrays:
    """Every stored tensor as it is now; those of the ``paths``."""
    return {name: _numpy(weight) for name, weight in stored(model) if paths is None or name in paths}


def everything(model: keras.Model) -> Arrays:
    """Every stored tensor as it is now, in its own type."""
    return {name: held(weight) for name, weight in stored(model)}


def _numpy(weight: Any) -> NDArray:
    """A stored tensor in a type that NumPy itself has: bfloat16 becomes float32, which holds it exactly."""
    array = held(weight)
    return array.astype(np.float32) if array.dtype.name == "bfloat16" else array


def set_weights(model: keras.Model, arrays: Arrays) -> None:
    """Set those that are given, in the float type that the model stores them in."""
    for name, weight in stored(model):
        if name in arrays:
            value = arrays[name].astype(weight.dtype, copy=False)
            if not identical(value, held(weight)):  # to read is quicker than to write into other memory
                weight.assign(value)


def constants(model: keras.Model) -> set[str]:
    """What no optimizer could ever move, running statistics among them."""
    return {name for name, weight, layer in _with_layers(model) if keras_facts.is_constant(layer, weight)}


def trainable(model: keras.Model) -> dict[str, Any]:
    """What training changes."""
    return {name: weight.value for name, weight, layer in _with_layers(model) if weight.trainable and layer.trainable}


def statistics(model: keras.Model) -> Arrays:
    """A copy of what only calls in train mode move: running statistics, and whatever code of the user's keeps so."""
    return {name: held(weight) for name, weight, layer in _with_layers(model) if keras_facts.is_constant(layer, weight)}


def running_statistics(model: keras.Model) -> Arrays:
    """A copy of those of batch norms."""
    return {
        name: held(weight)
        for name, weight, layer in _with_layers(model)
        if not weight.trainable and isinstance(layer, keras.layers.BatchNormalization)
    }


@contextmanager
def kept_statistics(model: keras.Model) -> Iterator[None]:
    """Put back what a call in train mode moves, and kernels that it overwrites, also when the block raises."""
    before = statistics(model) | _overwritten(model)
    try:
        yield
    finally:
        for name, weight in stored(model):
            if name in before and not identical(before[name], held(weight)):
                weight.assign(before[name])


def _overwritten(model: keras.Model) -> Arrays:
    """What a spectral norm changes in train mode.  rule: norm-spectral"""
    norms = [each for _, each in keras_facts.walk(model) if isinstance(each, keras.layers.SpectralNormalization)]
    changed = {id(weight) for norm in norms for weight in (norm.kernel, norm.vector_u)}
    return {name: held(weight) for name, weight in stored(model) if id(weight) in changed}


@contextmanager
def settling_norms(model: keras.Model) -> Iterator[None]:
    """Batch norms that are still at their initial state take the statistics of the batch as they are."""
    fresh = [layer for _, layer in keras_facts.walk(model) if _is_fresh_norm(layer)]
    momenta = [layer.momentum for layer in fresh]
    for layer in fresh:
        layer.momentum = 0.0
    try:
        yield
    finally:
        for layer, momentum in zip(fresh, momenta, strict=True):
            layer.momentum = momentum


def _is_fresh_norm(layer: keras.layers.Layer) -> bool:
    if not isinstance(layer, keras.layers.BatchNormalization):
        return False
    return not np.asarray(layer.moving_mean).any() and bool((np.asarray(layer.moving_variance) == 1).all())


@contextmanager
def levelling(model: keras.Model) -> Iterator[None]:
    """Dense layers and convolutions move their weights at their first call: what they make varies, and only a little.

    Then no layer is dead on that batch, and none saturated (Mishkin and Matas 2016, with the mean of every unit as
    well). A deviation of one would let the gradients of 200 residual blocks grow to 1e14.
    """
    with ExitStack() as stack:
        for _, layer in keras_facts.walk(model):
            if hasattr(layer, "kernel") and hasattr(layer, "activation"):
                stack.enter_context(replaced(layer, "call", _levelled(layer)))
        yield


def _levelled(layer: Any) -> Any:
    call, done = layer.call, False

    def levelled(*inputs: Any, **options: Any) -> Any:
        nonlocal done
        if not done:
            done = True
            with replaced(layer, "activation", keras.activations.linear):
                _level(layer, np.asarray(call(*inputs, **options)))
        return call(*inputs, **options)

    return levelled


def _level(layer: Any, made: NDArray) -> None:
    mean = 0.0 if layer.bias is None else made.mean(tuple(range(made.ndim - len(layer.bias.shape))))
    deviation = (made - mean).std()
    if not np.isfinite(deviation) or deviation <= ROUNDING * np.abs(made).max():
        return
    layer.kernel.assign(layer.kernel * DEVIATION / deviation)
    if layer.bias is not None:
        layer.bias.assign((layer.bias - mean) * DEVIATION / deviation)
