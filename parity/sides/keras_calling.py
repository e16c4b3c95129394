"""How a Keras model takes its inputs and gives its outputs: one, a list, by name, or by argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakSet

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from parity.arrays import floats_as
from parity.errors import UsageError
from parity.recording import Arrays
from parity.sides import keras_facts
from parity.sides.common import by_name

_FED_BY_NAME: WeakSet[keras.Model] = WeakSet()
"""Subclassed models whose one argument is a dict of inputs."""


def declared(model: keras.Model) -> list[Any]:
    """The inputs of a functional or built Sequential model; a subclassed one declares none."""
    return list(getattr(model, "inputs", None) or ())


def as_tensor(value: NDArray, dtype: str) -> Any:
    """Whole numbers keep their type."""
    return tf.convert_to_tensor(floats_as(value, dtype))


def as_tensors(inputs: Arrays, dtype: str) -> dict[str, Any]:
    return {name: as_tensor(value, dtype) for name, value in inputs.items()}


def call(model: keras.Model, tensors: Mapping[str, Any], training: bool, run: Callable[..., Any] | None = None) -> Any:
    """Call ``model``, or ``run`` in its place, with inputs as it takes them: one, a list, a dict, or by argument."""
    names = [tensor.name for tensor in declared(model)]
    if names and set(names) != set(tensors):
        tensors = _by_position(names, tensors)
    target = run or model
    if not names and len(tensors) > 1 and len(keras_facts.call_arguments(model)) > 1:
        return target(**tensors, training=training)
    if isinstance(getattr(model, "input", None), dict) or model in _FED_BY_NAME:
        return target({name: tensors[name] for name in names or tensors}, training=training)
    ordered = [tensors[name] for name in names or tensors]
    return target(ordered[0] if len(ordered) == 1 else ordered, training=training)


def call_first(model: keras.Model, tensors: dict[str, Any]) -> None:
    """Several inputs of one argument come as a list, or by name: only a call tells."""
    try:
        call(model, tensors, False)
    except Exception:
        if len(tensors) < 2 or len(keras_facts.call_arguments(model)) > 1:
            raise
        _FED_BY_NAME.add(model)
        call(model, tensors, False)


def finish(model: keras.Model) -> None:
    """An activation that is a layer has its weights only after the first call, unlike the layer that holds it."""
    for layer in model._flatten_layers():
        activation = getattr(layer, "activation", None)
        if layer.built and isinstance(activation, keras.layers.Layer) and not activation.built:
            activation.build(layer.compute_output_shape(*layer._build_shapes_dict.values()))


def _by_position(names: list[str], tensors: Mapping[str, Any]) -> dict[str, Any]:
    """Automatic names of inputs count up from one model to the next."""
    if len(names) != len(tensors):
        raise UsageError(
            f"the Keras model has the inputs {', '.join(names)}, got {', '.join(tensors)}", "give every input by name"
        )
    return dict(zip(names, tensors.values(), strict=True))


def names_of_outputs(model: keras.Model, outputs: Any) -> tuple[str, ...]:
    """As losses and targets call them: by the keys of a dict, by the layers that make them, or by number."""
    numbered, known = tuple(by_name(outputs)), getattr(model, "output_names", None) or ()
    return numbered if isinstance(outputs, Mapping) or len(known) != len(numbered) else tuple(known)


def named_outputs(outputs: Any) -> Arrays:
    """By name or number, in NumPy."""
    return {name: np.asarray(tensor) for name, tensor in by_name(outputs).items()}
