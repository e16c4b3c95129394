"""Which function an activation is: by its name where it is one of Keras's own, else by what it makes of numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from parity.sides.common import snake

Form = tuple[str, Mapping[str, Any]]
"""A kind and its attributes."""
RELU_6: Form = ("relu", {"max_value": 6, "slope": 0.0, "threshold": 0})
EXACT: Form = ("gelu", {"approximate": False})
BY_NAME: Mapping[str, Form] = {
    "hard_swish": ("hard_silu", {}),
    "hard_tanh": ("hardtanh", {}),
    "swish": ("silu", {}),
    "relu6": RELU_6,
    "gelu": EXACT,
    "leaky_relu": ("leaky_relu", {"slope": 0.2}),
}
"""Those of ``keras.activations`` that are called otherwise here, or take more than their input."""
NEAR = 1e-5
"""So far may a function be from another one that it is in single precision; the forms of GELU are 5e-4 apart."""
NUMBERS = np.linspace(-7.9, 7.7, 60).reshape(5, 12)
"""Where functions are compared: on both sides of zero, and beyond every bend of a usual one."""


def name_of(function: Any) -> str:
    """Of a function, of the one that others are made of with ``functools.partial``, or of a layer."""
    if isinstance(function, partial):
        return name_of(function.func)
    return getattr(function, "__name__", None) or snake(type(function).__name__)


def form_of(function: Any) -> Form:
    """The kind of an activation with what can differ between two of that kind."""
    name = name_of(function)
    if getattr(function, "__module__", "").startswith("keras.src.activations"):
        return BY_NAME.get(name, (name, {}))
    return _by_values(function) or (name, {})


@lru_cache(maxsize=64)
def _by_values(function: Callable[[Any], Any]) -> Form | None:
    """None for a function that does more than bend single numbers; ``activation`` for one that has no name."""
    own, turned = _values(function, NUMBERS), _values(function, NUMBERS[::-1, ::-1])
    if own is None or turned is None:
        return None
    near = sorted((np.abs(own - values).max(), number) for number, (_, values) in enumerate(_known()))
    if near[0][0] <= NEAR:
        return _known()[near[0][1]][0]
    slope = round(float(own.flat[0] / NUMBERS.flat[0]), 6)
    if np.abs(own - np.where(NUMBERS < 0, slope * NUMBERS, NUMBERS)).max() <= NEAR:
        return ("identity", {}) if slope == 1 else ("leaky_relu", {"slope": slope})
    return ("activation", {}) if np.abs(own - turned[::-1, ::-1]).max() <= NEAR else None


def _values(function: Callable[[Any], Any], numbers: NDArray) -> NDArray | None:
    try:
        values = np.asarray(function(ops.convert_to_tensor(numbers.copy(), keras.config.floatx())))
    except Exception:  # code of the user's, which may want another shape
        return None
    return values if values.shape == numbers.shape and np.isfinite(values).all() else None


@lru_cache(maxsize=1)
def _known() -> tuple[tuple[Form, NDArray], ...]:
    """Forms of functions with their values at ``NUMBERS``."""
    given = ops.convert_to_tensor(NUMBERS.copy(), "float32")
    return tuple((form, np.asarray(function(given))) for form, function in _FUNCTIONS)


_OWN = (
    *("relu", "elu", "selu", "celu", "silu", "sigmoid", "tanh", "softplus", "softsign", "mish", "hard_sigmoid"),
    *("hard_silu", "log_sigmoid", "tanh_shrink", "soft_shrink", "hard_shrink", "squareplus"),
    *("softmax", "log_softmax", "exponential"),
)
_FUNCTIONS: tuple[tuple[Form, Callable[[Any], Any]], ...] = (
    *(((name, {}), getattr(keras.activations, name)) for name in _OWN),
    (("hardtanh", {}), keras.activations.hard_tanh),
    (EXACT, keras.activations.gelu),
    (("gelu", {"approximate": True}), partial(keras.activations.gelu, approximate=True)),
    (("quick_gelu", {}), lambda x: x * ops.sigmoid(1.702 * x)),
    (RELU_6, keras.activations.relu6),
)
