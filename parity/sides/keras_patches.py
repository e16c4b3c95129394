"""What the Keras side changes while it records: true float64, shared random draws, taps on every layer.

Each change is a context manager that puts the original back.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras.src import backend
from keras.src.layers.preprocessing.image_preprocessing.base_image_preprocessing_layer import (
    BaseImagePreprocessingLayer,
)
from keras.src.ops.function import Function
from keras.src.ops.symbolic_arguments import SymbolicArguments
from tensorflow.python.ops import math_ops

from parity import draws
from parity.sides import keras_double, keras_facts
from parity.sides.calls import Calls
from parity.sides.common import replaced

Observer = Callable[[str, keras.layers.Layer, Any], None]


@contextmanager
def true_float64() -> Iterator[None]:
    """Keep Python numbers in double precision: TensorFlow sends them through float32, alone and in lists.

    rule: constants-through-float32
    """
    original, convert = tf.cast, tf.convert_to_tensor

    def to_tensor(value: Any, dtype: Any = None, *args: Any, **options: Any) -> Any:
        listed = dtype is None and isinstance(value, (list, tuple)) and _all_floats(value)
        return convert(value, tf.float64 if listed else dtype, *args, **options)

    def cast(x: Any, dtype: Any = None, name: str | None = None, **options: Any) -> Any:
        if isinstance(x, (float, list, tuple)) and _all_floats(x) and tf.as_dtype(dtype).is_floating:
            return tf.convert_to_tensor(x, dtype=dtype)
        return original(x, dtype, name)

    with (
        replaced(tf, "cast", cast),
        replaced(math_ops, "cast", cast),
        replaced(tf, "convert_to_tensor", to_tensor),
    ):
        yield


def _all_floats(value: Any) -> bool:
    """A float, or floats alone in lists, which may be empty."""
    return all(map(_all_floats, value)) if isinstance(value, (list, tuple)) else isinstance(value, float)


@contextmanager
def observed(model: keras.Model, calls: Calls, observer: Observer | None = None) -> Iterator[None]:
    """Keep ``calls.stack`` up to date; tell ``observer`` the path of every layer that ran, the layer and its result."""
    paths = {id(layer): path for path, layer in keras_facts.walk(model)}
    original = keras.layers.Layer.__call__

    def call(layer: keras.layers.Layer, *args: Any, **kwargs: Any) -> Any:
        path = paths.get(id(layer))
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
def shared_draws(calls: Calls, seed: int, noise: bool = True) -> Iterator[None]:
    """Take dropout masks, and ``noise`` too, from ``parity.draws``, keyed by layer path, step and draw.

    Inside a traced function the numbers are drawn when the graph runs, with the step of that moment.
    """

    def dropout(inputs: Any, rate: float, noise_shape: Any = None, seed: Any = None) -> Any:
        key = calls.next_draw(_trace())
        mask = _drawn(lambda shape: draws.dropout_mask(shape, float(rate), run, *key, calls.step), inputs, noise_shape)
        return inputs * mask

    def normal(shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
        key = calls.next_draw(_trace())
        like = tf.zeros(shape, dtype or keras.config.floatx())
        return mean + stddev * _drawn(lambda shape: draws.normal(shape, run, *key, calls.step), like, None)

    run = seed
    with (
        replaced(backend.random, "dropout", dropout),
        replaced(backend.random, "normal", normal) if noise else nullcontext(),
    ):
        yield


def _trace() -> int:
    """Inside a graph the places that draw are counted when it is traced."""
    return 0 if tf.executing_eagerly() else id(tf.compat.v1.get_default_graph())


def _drawn(draw: Callable[[tuple[int, ...]], Any], like: Any, noise_shape: Any) -> Any:
    """Numbers of ``draw`` in the type of ``like``; axes of ``noise_shape`` that are one are shared."""
    kind = like.dtype.as_numpy_dtype
    shared = noise_shape or [None] * len(like.shape)
    full = tf.shape(like)
    shape = tf.stack([full[axis] if size is None else tf.cast(size, tf.int32) for axis, size in enumerate(shared)])
    if tf.executing_eagerly():
        return tf.convert_to_tensor(draw(tuple(shape.numpy().tolist())).astype(kind))
    numbers = tf.numpy_function(lambda sizes: draw(tuple(sizes.tolist())).astype(kind), [shape], like.dtype)
    return tf.ensure_shape(numbers, [None] * len(like.shape))


@contextmanager
def kept_double() -> Iterator[None]:
    """A float64 model computes every part in float64, also one that asks for float32: a norm, rotary angles."""
    if keras.config.floatx() != "float64":
        yield
        return
    original, count, convert = tf.cast, backend.numpy.arange, tf.convert_to_tensor

    def cast(x: Any, dtype: Any = None, name: str | None = None, **options: Any) -> Any:
        return original(x, tf.float64 if tf.as_dtype(dtype) == tf.float32 else dtype, name, **options)

    def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Any:
        return count(start, stop, step, dtype="float64" if dtype == "float32" else dtype)

    def to_tensor(value: Any, dtype: Any = None, *args: Any, **options: Any) -> Any:
        single = isinstance(value, float) or getattr(value, "dtype", None) == np.float32
        return convert(value, tf.float64 if dtype is None and single else dtype, *args, **options)

    with (
        replaced(tf, "cast", cast),
        replaced(tf, "convert_to_tensor", to_tensor),
        replaced(backend.numpy, "arange", arange),
        replaced(backend.nn, "leaky_relu", keras_double.leaky_relu),
        replaced(backend.numpy, "signbit", keras_double.signing(backend.numpy.signbit)),
        replaced(tf.image, "resize", keras_double.resizing(tf.image.resize)),
        replaced(tf.nn, "max_pool", keras_double.pooling_in_space(tf.nn.max_pool, tf.reduce_max)),
        replaced(tf.nn, "avg_pool", keras_double.pooling_in_space(tf.nn.avg_pool, tf.reduce_mean)),
    ):
        yield


@contextmanager
def unstopped() -> Iterator[None]:
    """Gradients flow through what is stopped."""
    with replaced(tf, "stop_gradient", tf.identity):
        yield


@contextmanager
def folded_time(train_mode: bool) -> Iterator[None]:
    """``TimeDistributed`` takes all steps as one batch: what it does inside of a vectorized map nobody can watch.

    The same function, but for masks and for the batch statistics of each step. A dense layer takes steps as they are.
    """
    original = keras.layers.TimeDistributed.call
    made: dict[int, tuple[Any, Any]] = {}

    def call(layer: Any, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        inside = layer.layer._flatten_layers()
        if mask is not None or (
            train_mode and any(isinstance(each, keras.layers.BatchNormalization) for each in inside)
        ):
            return original(layer, inputs, training, mask)
        if isinstance(layer.layer, keras.layers.Dense) and id(inputs) not in made:
            return layer.layer(inputs)
        _, batch = made.get(id(inputs)) or (None, keras.ops.reshape(inputs, (-1, *inputs.shape[2:])))
        outputs = layer.layer(batch)
        steps = keras.ops.reshape(outputs, (-1, inputs.shape[1], *outputs.shape[1:]))
        made[id(steps)] = steps, outputs  # the next one goes on from there
        return steps

    with replaced(keras.layers.TimeDistributed, "call", call):
        yield


@contextmanager
def frugal() -> Iterator[None]:
    """A functional model lets go of each value after its last use; Keras holds all of them to the end of a call."""
    run, fill_in = Function._run_through_graph, SymbolicArguments.fill_in
    running: list[Counter[int]] = []

    def run_through_graph(function: Any, *args: Any, **options: Any) -> Any:
        nodes = [node for level in function._nodes_by_depth.values() for node in level if not node.is_input]
        running.append(Counter(id(tensor) for node in nodes for tensor in node.input_tensors))
        running[-1].update(id(tensor) for tensor in function.outputs)
        try:
            return run(function, *args, **options)
        finally:
            running.pop()

    def filled_in(arguments: Any, values: dict[int, Any]) -> Any:
        result = fill_in(arguments, values)
        for tensor in arguments.keras_tensors if running else ():
            running[-1][id(tensor)] -= 1
            if not running[-1][id(tensor)]:
                del values[id(tensor)]
        return result

    with replaced(Function, "_run_through_graph", run_through_graph), replaced(SymbolicArguments, "fill_in", filled_in):
        yield


@contextmanager
def no_dropout() -> Iterator[None]:
    """Dropout becomes the identity, in train mode too."""
    with ExitStack() as stack:
        stack.enter_context(replaced(backend.random, "dropout", lambda inputs, *args, **kwargs: inputs))
        for noisy in (keras.layers.GaussianDropout, keras.layers.AlphaDropout):
            stack.enter_context(replaced(noisy, "call", lambda layer, inputs, training=False: inputs))
        yield


@contextmanager
def no_augmentation() -> Iterator[None]:
    """Layers that alter images at random do what they do in eval mode, in train mode too."""
    original = BaseImagePreprocessingLayer.call

    def call(layer: Any, data: Any, training: bool = True) -> Any:
        return original(layer, data, training=False)

    with replaced(BaseImagePreprocessingLayer, "call", call):
        yield


@contextmanager
def without_draws() -> Iterator[None]:
    """Weights that would begin at random begin at zero, or anywhere: for a model that is given others at once."""
    with ExitStack() as stack:
        for initializer in _INITIALIZERS:
            stack.enter_context(replaced(initializer, "__call__", _zeros))
        yield


_INITIALIZERS = tuple(
    getattr(keras.initializers, name)
    for name in ("RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Orthogonal")
)


LARGE_TENSOR = 1 << 16
"""Elements from which a weight is not filled before it is given its values."""


def _zeros(initializer: Any, shape: Any, dtype: Any = None) -> Any:
    """Zeros; of a large tensor, whose memory is slow to get, whatever stands there."""
    if math.prod(shape) < LARGE_TENSOR:
        return keras.ops.zeros(shape, dtype)
    return tf.raw_ops.Empty(shape=shape, dtype=keras.backend.standardize_dtype(dtype), init=False)


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
