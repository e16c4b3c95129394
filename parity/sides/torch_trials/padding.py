"""Padding at the ends of token sequences, counted or left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

from parity.sides.torch_trace import tensor_like
from parity.sides.torch_trials.call import Call, first


def softmax_without_padding(call: Call, lengths: Any) -> torch.Tensor | None:
    """Weights over the steps of a sequence of which padding has none."""
    axis = _axis_of_steps(call.input, lengths)
    hidden = _hidden(call.input, axis, lengths)
    return torch.softmax(call.input.masked_fill(hidden, -torch.inf), axis)


def softmax_with_padding(call: Call, value: Any, lengths: Any) -> torch.Tensor | None:
    """Weights of the reference's own logits, where one's own leave padding out."""
    own = first(call.result)
    axis = _axis_of_steps(own, lengths)
    hidden = _hidden(own, axis, lengths)
    if own[hidden.expand_as(own)].any():
        return None
    return torch.softmax(tensor_like(value, own).reshape(own.shape), axis)


def pooled_padding(call: Call, value: Any, lengths: Any) -> torch.Tensor | None:
    """The reference's steps (B, T, C) pooled with padding, if one's own result pools them without; or the reverse.

    A mean may leave padding out of the sum alone.
    """
    own = first(call.result)
    steps = tensor_like(value, own)
    hidden = _hidden(steps, 1, lengths)
    count = (~hidden).sum(1)
    whole = (steps.mean(1), steps.sum(1), steps.amax(1))
    real = steps.masked_fill(hidden, 0.0).sum(1)
    short = (real / count, real, steps.masked_fill(hidden, -torch.inf).amax(1))
    means = (real / steps.shape[1], real / count)  # the sum without padding, divided by all steps
    for one, other in (*zip(whole, short, strict=True), *zip(short, whole, strict=True), means, means[::-1]):
        if torch.allclose(own, other, rtol=1e-9, atol=1e-12):
            return one
    return None


def _axis_of_steps(x: torch.Tensor, lengths: Any) -> int:
    """The last axis that is as long as the longest sequence."""
    return max(axis for axis in range(1, x.dim()) if x.shape[axis] == max(lengths))


def _hidden(x: torch.Tensor, axis: int, lengths: Any) -> torch.Tensor:
    """Which steps are padding, to be broadcast against ``x``."""
    shape = [len(lengths)] + [1] * (x.dim() - 1)
    shape[axis] = x.shape[axis]
    return (torch.arange(x.shape[axis]) >= torch.as_tensor(lengths)[:, None]).reshape(shape)


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "softmax without padding": softmax_without_padding,
    "softmax with padding": softmax_with_padding,
    "pooled padding": pooled_padding,
}
