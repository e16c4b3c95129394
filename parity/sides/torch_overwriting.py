"""Code that overwrites its input, run out of place: whatever reads that input later is handed the new values.

So both are kept for a comparison: what the operation was given, and what everything behind it sees.
"""

from __future__ import annotations

from typing import Any

import torch

from parity.sides.torch_trace import tensors_in

_NOW = "_parity_overwritten"


def overwritten(given: torch.Tensor, values: torch.Tensor) -> None:
    """From here on ``values`` stand where ``given`` was."""
    setattr(given, _NOW, values)


def current(nested: Any) -> Any:
    """Nested tuples, lists and dicts with every tensor as it stands by now."""
    if not any(hasattr(tensor, _NOW) for tensor in tensors_in(nested)):
        return nested
    return _current(nested)


def _current(nested: Any) -> Any:
    if isinstance(nested, torch.Tensor):
        return _current(getattr(nested, _NOW)) if hasattr(nested, _NOW) else nested
    if isinstance(nested, dict):
        return {key: _current(value) for key, value in nested.items()}
    if isinstance(nested, tuple) and hasattr(nested, "_fields"):
        return type(nested)(*map(_current, nested))
    return type(nested)(map(_current, nested)) if isinstance(nested, (tuple, list)) else nested
