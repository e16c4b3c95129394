"""What goes into an operation, what is added around it, and the order of what it joins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from parity.sides.torch_trace import native_like, tensor_like
from parity.sides.torch_trials.call import Call, first


def feed(call: Call, value: Any) -> Any:
    """On another input, given in canonical order."""
    return call.run(instead=native_like(value, call.input).reshape(call.input.shape))


def add_before(call: Call, value: Any) -> Any:
    """On an input with something added to it."""
    return call.run(instead=call.input + tensor_like(value, call.input))


def without_addend(call: Call) -> torch.Tensor | None:
    """Leave out what is added, if it is the same for every sample."""
    added = first(call.result) - call.input
    alike = added.shape == call.input.shape and torch.allclose(added, added[:1].expand_as(added))
    return call.input if alike else None


def addend_shifted(call: Call, value: Any) -> torch.Tensor | None:
    """With what the reference adds, if that is one's own moved by some steps."""
    wanted, own = tensor_like(value, call.input), (first(call.result) - call.input)[:1]
    for shift in (1, 2):
        ahead, behind = wanted[:, shift:], wanted[:, :-shift]
        if torch.allclose(ahead, own[:, :-shift], atol=1e-9) or torch.allclose(behind, own[:, shift:], atol=1e-9):
            return call.input + wanted
    return None


def permuted(call: Call, order: Sequence[int]) -> torch.Tensor:
    """A concatenation of the same tensors in another order."""
    parts = call.args[0]
    return call.function([parts[place] for place in order], *call.args[1:], **call.options)  # type: ignore[misc]


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "feed": feed,
    "add before": add_before,
    "without addend": without_addend,
    "addend shifted": addend_shifted,
    "permuted": permuted,
}
