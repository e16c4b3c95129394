"""Run one Torch operation again with a suspected cause taken away.

Each action takes the recorded call and plain options, and returns the value that the operation would have had.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

from parity.sides.torch_trials import (
    applying,
    attention,
    colours,
    factors,
    inputs,
    kernels,
    norms,
    padding,
    recurrences,
    sequences,
    settings,
    windows,
    wiring,
)
from parity.sides.torch_trials.call import Call, first

__all__ = ["ACTIONS", "Call", "attempt", "first"]

_FILES = (
    settings,
    applying,
    windows,
    norms,
    sequences,
    recurrences,
    attention,
    padding,
    factors,
    colours,
    inputs,
    kernels,
    wiring,
)

ACTIONS: Mapping[str, Callable[..., Any]] = {name: run for file in _FILES for name, run in file.ACTIONS.items()}


def attempt(call: Call, action: str, options: Mapping[str, Any]) -> Any | None:
    """The value with the cause taken away; None where the action does not apply to this operation."""
    try:
        with torch.no_grad():
            return ACTIONS[action](windows.as_layer(call), **options)
    except (TypeError, ValueError, RuntimeError, AttributeError, LookupError, ArithmeticError, AssertionError):
        return None
