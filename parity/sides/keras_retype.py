"""A copy of a live Keras model in another float type, weights included."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from parity.errors import UsageError
from parity.sides.source import last_line

_FLOATS = ("float16", "bfloat16", "float32", "float64")


def retyped(model: keras.Model, dtype: str) -> keras.Model:
    """Rebuild ``model`` from its configuration in ``dtype`` and copy its weights by position.

    Raises:
        UsageError: the model cannot be rebuilt from its configuration.
    """
    try:
        config = _replace(model.get_config(), dtype)
        copy = type(model).from_config(config)
    except Exception as problem:
        raise UsageError(
            f"model {model.name!r} cannot be rebuilt in {dtype}: {last_line(problem)}",
            "hand over a function that builds it instead of the model itself",
        ) from problem
    copy.set_weights([np.asarray(weight) for weight in model.get_weights()])
    return copy


def _replace(value: Any, dtype: str, key: str = "") -> Any:
    """Every float type of the configuration, also inside policies and input layers."""
    if isinstance(value, dict):
        return {name: _replace(item, dtype, name) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_replace(item, dtype, key) for item in value)
    if key in ("dtype", "name") and value in _FLOATS:
        return dtype
    return value
