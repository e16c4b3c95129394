"""What the Keras side changes while it records: true float64, shared random draws, taps on every layer.

Each change is a context manager that puts the original back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras.src import backend
from tensorflow.python.ops import math_ops

from parity import draws

Observer = Callable[[str, keras.layers.Layer, Any], None]


@contextmanager
def replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Set ``owner.name`` for the duration of the block."""
    original = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, original)


@contextmanager
def true_float64() -> Iterator[None]:
    """Keep Python numbers in double precision: TensorFlow's cast sends them through float32.

    rule: constants-through-float32
    """
    original = tf.cast

    def cast(x: Any, dtype: Any = None, name: str | None = None, **options: Any) -> Any:
        if isinstance(x, float):
            return tf.convert_to_tensor(x, dtype=dtype)
        return original(x, dtype, name)

    with replaced(tf, "cast", cast), replaced(math_ops, "cast", cast):
        yield


class Calls:
    """Which layer is running: the innermost path, and how often each path drew random numbers."""

    def __init__(self, paths: Mapping[int, str]) -> None:
        self.paths = paths
        self.stack: list[str] = []
        self.draws: Counter[str] = Counter()

    def next_draw(self) -> tuple[str, int]:
        path = self.stack[-1] if self.stack else ""
        self.draws[path] += 1
        return path, self.draws[path] - 1


@contextmanager
def observed(calls: Calls, observer: Observer | None = None) -> Iterator[None]:
    """Follow every layer call of one model; tell ``observer`` the path, the layer and its result."""
    original = keras.layers.Layer.__call__

    def call(layer: keras.layers.Layer, *args: Any, **kwargs: Any) -> Any:
        path = calls.paths.get(id(layer))
        if path is None:
            return original(layer, *args, **kwargs)
        calls.stack.append(path)
        try:
            result = original(layer, *args, **kwargs)
        finally:
            calls.stack.pop()
        if observer:
            observer(path, layer, result)
        return result

    with replaced(keras.layers.Layer, "__call__", call):
        yield


@contextmanager
def shared_draws(calls: Calls, seed: int, step: int = 0) -> Iterator[None]:
    """Take dropout masks and noise from ``parity.draws``, keyed by layer path, step and draw."""

    def dropout(inputs: Any, rate: float, noise_shape: Any = None, seed: Any = None) -> Any:
        shape = _resolve(noise_shape, inputs)
        mask = draws.dropout_mask(shape, float(rate), run, *calls.next_draw(), step)
        return inputs * tf.convert_to_tensor(mask.astype(inputs.dtype.as_numpy_dtype))

    def normal(shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
        kind = np.dtype(dtype or keras.config.floatx())
        noise = draws.normal(tuple(int(n) for n in shape), run, *calls.next_draw(), step)
        return tf.convert_to_tensor((mean + stddev * noise).astype(kind))

    run = seed
    with replaced(backend.random, "dropout", dropout), replaced(backend.random, "normal", normal):
        yield


@contextmanager
def no_dropout() -> Iterator[None]:
    """Dropout becomes the identity, in train mode too."""
    with replaced(backend.random, "dropout", lambda inputs, *args, **kwargs: inputs):
        yield


def _resolve(noise_shape: Any, inputs: Any) -> tuple[int, ...]:
    full = tuple(int(size) for size in inputs.shape)
    if noise_shape is None:
        return full
    return tuple(full[axis] if size is None else int(size) for axis, size in enumerate(noise_shape))


@contextmanager
def policy(dtype: str) -> Iterator[None]:
    """Build and run under ``dtype``: floatx and the layer policy both, the old ones come back."""
    floatx, layer_policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    with ExitStack() as stack:
        if dtype == "float64":
            stack.enter_context(true_float64())
        try:
            yield
        finally:
            keras.config.set_floatx(floatx)
            keras.config.set_dtype_policy(layer_policy)
