"""A copy of a live Keras model in another float type."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from parity.errors import UsageError
from parity.sides.source import last_line

_FLOATS = ("float16", "bfloat16", "float32", "float64")


def rebuilt(model: keras.Model, dtype: str) -> keras.Model:
    """``model`` once more in ``dtype``, from its configuration or from the arguments that its constructor was given.

    Raises:
        UsageError: neither is known.
    """
    try:
        with keras.saving.custom_object_scope(_of_the_user(model)):
            return _named_alike(model, type(model).from_config(_replace(model.get_config(), dtype)))
    except Exception as problem:
        arguments = getattr(model, "_auto_config", None)
        if arguments is None or getattr(model, "inputs", None):
            raise _beyond_us(model, dtype, problem) from problem
        try:
            return _named_alike(model, type(model)(**_replace(arguments.config, dtype)))
        except Exception:
            raise _beyond_us(model, dtype, problem) from problem


def _named_alike(model: keras.Model, copy: keras.Model) -> keras.Model:
    """Layers that a layer makes for itself, without a name of their own, get a new one in every copy."""
    for layer, again in zip(model._flatten_layers(), copy._flatten_layers(), strict=False):
        if type(again) is not type(layer):
            break
        again.name = layer.name
    return copy


def _of_the_user(model: keras.Model) -> dict[str, Any]:
    """Classes of layers and functions of activations that Keras would have to look for by name."""
    layers = model._flatten_layers()
    used = [thing for layer in layers for thing in (type(layer), getattr(layer, "activation", None)) if thing]
    own = (thing for thing in used if not str(getattr(thing, "__module__", "keras")).startswith("keras."))
    return {name: thing for thing in own if (name := getattr(thing, "__name__", "<")).isidentifier()}


def carry_weights(source: keras.Model, target: keras.Model) -> None:
    """Copy all weights by position."""
    target.set_weights([np.asarray(weight) for weight in source.get_weights()])


def built_on(model: keras.Model) -> dict[str, NDArray]:
    """Zeros in the shapes on which a subclassed model was first called, by argument; none where it does not say."""
    shapes = dict(getattr(model, "_build_shapes_dict", None) or {})
    if len(shapes) == 1 and not _is_shape(next(iter(shapes.values()))):
        several = next(iter(shapes.values()))
        shapes = dict(several) if isinstance(several, dict) else {f"input{n}": s for n, s in enumerate(several)}
    return {name.removesuffix("_shape"): np.zeros([n or 2 for n in shape], "float32") for name, shape in shapes.items()}


def _is_shape(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(n is None or isinstance(n, int) for n in value)


def _beyond_us(model: keras.Model, dtype: str, problem: Exception) -> UsageError:
    return UsageError(
        f"model {model.name!r} cannot be rebuilt in {dtype}: {last_line(problem)}",
        "hand over a function that builds it instead of the model itself",
    )


def _replace(value: Any, dtype: str, key: str = "") -> Any:
    """Every float type of the configuration, also inside policies and input layers."""
    if isinstance(value, dict):
        return {name: _replace(item, dtype, name) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_replace(item, dtype, key) for item in value)
    if key in ("dtype", "name") and value in _FLOATS:
        return dtype
    return value
