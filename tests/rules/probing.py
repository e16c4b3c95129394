"""What the probes share: the register, random data, and the way into and out of the two frameworks.

A probe is a function of no arguments named as its rule. It builds the obvious port and the fixed port of
something small in float64 and returns how far each is from the original: (error_before, error_after).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch  # isort: skip  before TensorFlow

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from tensorflow.python.ops import math_ops

from parity.layouts import layout_of

Errors = tuple[float, float]
MASK = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [1, 0, 0, 0, 0]], bool)
PROBES: dict[str, Callable[[], Errors]] = {}
PLAIN: set[str] = set()
STOCK_CAST = tf.cast


def probe(function: Callable[[], Errors]) -> Callable[[], Errors]:
    """Register a probe; it runs in true float64, as a check does."""
    PROBES[function.__name__.replace("_", "-")] = function
    return function


def plain(function: Callable[[], Errors]) -> Callable[[], Errors]:
    """Register a probe of what true float64 would hide: it runs in stock float64."""
    PLAIN.add(function.__name__.replace("_", "-"))
    return probe(function)


@contextmanager
def stock_float64() -> Iterator[None]:
    """Take true float64 away again: Python numbers go through float32."""
    with ExitStack() as stack:
        stack.enter_context(Replaced(tf, "cast", STOCK_CAST))
        stack.enter_context(Replaced(math_ops, "cast", STOCK_CAST))
        yield


def array(*shape: int, seed: int = 0) -> np.ndarray:
    """Normal numbers, the same for the same seed."""
    return np.random.default_rng(seed).normal(size=shape)


def t(values: Any) -> torch.Tensor:
    """NumPy or Keras -> Torch, freshly laid out."""
    return torch.tensor(n(values).copy())


def n(values: Any) -> np.ndarray:
    """Keras, Torch or NumPy -> NumPy."""
    if isinstance(values, torch.Tensor):
        return values.detach().numpy()
    return np.asarray(ops.convert_to_numpy(values))


def first(image: Any) -> torch.Tensor:
    """(B, H, W, C) -> Torch (B, C, H, W)."""
    return torch.tensor(np.moveaxis(n(image), -1, 1).copy())


def last(image: torch.Tensor) -> torch.Tensor:
    """(B, C, H, W) -> (B, H, W, C)."""
    return torch.movedim(image, 1, -1)


def error(one: Any, other: Any) -> float:
    """Largest absolute difference; infinite for another shape or NaN."""
    a, b = n(one), n(other)
    if a.shape != b.shape:
        return math.inf
    figure = float(np.max(np.abs(a.astype("float64") - b.astype("float64")), initial=0.0))
    return math.inf if math.isnan(figure) else figure


def refused(call: Callable[[], Any]) -> float:
    """Infinite if the call raises, else 0."""
    try:
        call()
    except Exception:
        return math.inf
    return 0.0


def built(layer: Any, *inputs: Any, seed: int = 1) -> Any:
    """Build a Keras layer on data and give it random weights, positive variances."""
    layer(*(ops.convert_to_tensor(x) for x in inputs))
    generator = np.random.default_rng(seed)
    for weight in layer.weights:
        values = generator.normal(size=weight.shape) * 0.5
        weight.assign(np.abs(values) + 0.5 if "variance" in weight.name else values)
    return layer


def fresh(layer: Any, shape: tuple[int | None, ...]) -> Any:
    """Build a Keras layer and leave its first weights alone."""
    layer.build(shape)
    return layer


def weights(layer: Any) -> dict[str, np.ndarray]:
    """Weights of one Keras layer by name; those of a bidirectional one as ``forward/kernel``."""
    if isinstance(layer, keras.layers.Bidirectional):
        halves = {"forward": layer.forward_layer, "backward": layer.backward_layer}
        return {f"{half}/{w.name}": n(w) for half, one in halves.items() for w in one.weights}
    return {w.name: n(w) for w in layer.weights}


def copied(layer: Any, module: torch.nn.Module, kind: str, **storage: Any) -> Any:
    """Give a Torch module the weights of a Keras layer."""
    moved = layout_of(kind).to_torch(weights(layer), storage)
    module.load_state_dict({name: t(value) for name, value in moved.items()}, strict=False)
    return module


def run(layer: Any, *inputs: Any, **options: Any) -> np.ndarray:
    """Call a Keras layer on arrays."""
    return n(layer(*(ops.convert_to_tensor(x) for x in inputs), **options))


def gradient(function: Callable[[Any], Any], at: Any) -> np.ndarray:
    """Gradient of a scalar Keras function at an array or a variable."""
    with tf.GradientTape() as tape:
        if isinstance(at, keras.Variable):
            value, point = function(at), at.value
        else:
            point = tf.convert_to_tensor(at)
            tape.watch(point)
            value = function(point)
    return n(tf.convert_to_tensor(tape.gradient(value, point)))


@contextmanager
def silent() -> Iterator[None]:
    """Some ports are warned about; that is not what is measured."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class Replaced:
    """``with Replaced(owner, "name", value)``: an attribute for the duration of a block."""

    def __init__(self, owner: Any, name: str, value: Any) -> None:
        self.owner, self.name, self.value = owner, name, value

    def __enter__(self) -> None:
        self.original = getattr(self.owner, self.name)
        setattr(self.owner, self.name, self.value)

    def __exit__(self, *_: object) -> None:
        setattr(self.owner, self.name, self.original)
