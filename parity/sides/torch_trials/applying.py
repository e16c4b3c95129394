"""An activation, a norm or a pool of Keras in place of the operation, before it or behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

from parity.sides.torch_trace import mark_of, native_like, set_mark, tensors_in
from parity.sides.torch_trials.call import Call, first
from parity.sides.torch_trials.functions import FUNCTIONS
from parity.sides.torch_trials.inputs import exchanged


def apply(call: Call, kind: str, **attributes: Any) -> torch.Tensor:
    """Another activation or pooling on the same input."""
    return FUNCTIONS[kind](call.input, **attributes)


def apply_before(call: Call, kind: str, place: int = 0, **attributes: Any) -> Any:
    """The same operation behind an activation of one of its inputs."""
    x = list(tensors_in((call.args, dict(call.options))))[place]
    return exchanged(call, {id(x): FUNCTIONS[kind](x, **attributes)})


def apply_after(call: Call, kind: str, **attributes: Any) -> torch.Tensor:
    """An activation behind the operation."""
    return FUNCTIONS[kind](first(call.run()), **attributes)


def recompute(call: Call, value: Any, kind: str, **attributes: Any) -> torch.Tensor | None:
    """An activation of the reference's own input, where hand-written code spreads it over several operations."""
    like = first(call.result)
    x = native_like(value, like)
    set_mark(x, mark_of(like).channels_first, frozenset())
    found = FUNCTIONS[kind](x, **attributes)
    return found.reshape(like.shape) if found.numel() == like.numel() else None


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "apply": apply,
    "apply before": apply_before,
    "apply after": apply_after,
    "recompute": recompute,
}
