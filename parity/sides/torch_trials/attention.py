"""Masks and scores of attention."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from parity.sides.torch_trace import tensor_like
from parity.sides.torch_trials.call import Call, changed, first
from parity.sides.torch_trials.factors import factor_between

HIDDEN = 1e-12
"""A smaller weight is that of a position which is masked out."""


def scores(call: Call, value: Any, pattern: str, weights: bool) -> torch.Tensor | None:
    """The reference's attention (B, N, T, S), if the two differ in this way; else None.

    Args:
        value: logits of the reference, masked.
        pattern: ``heads``: another number; ``causal``: one side sees no later source; ``inverted``: one side sees what
            the other does not; ``masked``: it sees less; ``scaled``: its logits are a multiple.
        weights: the operation is the softmax, not the mask in front of it.
    """
    logits, own = tensor_like(value, call.input), call.input if weights else first(call.result)
    if not _differ(logits, own, pattern):
        return None
    return torch.softmax(logits, -1) if weights else logits


def _differ(logits: torch.Tensor, own: torch.Tensor, pattern: str) -> bool:
    if logits.shape != own.shape:
        return pattern == "heads"
    hidden = [torch.softmax(each, -1) < HIDDEN for each in (logits, own)]
    masks = _how_masks_differ(*hidden)
    holds = {
        **masks,
        "heads": False,
        "scaled": not masks["masked"] and factor_between(own, logits) is not None,
    }
    return holds[pattern]


def _how_masks_differ(one: torch.Tensor, other: torch.Tensor) -> dict[str, bool]:
    """Which patterns hold between what is hidden on either side."""
    later = torch.ones_like(one).triu(1)
    more = [bool((one & ~other).any()), bool((other & ~one).any())]
    causal = [bool(each[later].all()) for each in (one, other)]
    return {"causal": causal[0] != causal[1], "inverted": all(more), "masked": any(more)}


def masked_as(call: Call, weights: Any, pattern: str) -> torch.Tensor | None:
    """PyTorch's own attention with the mask of the reference's weights, if the masks differ in this way; else None."""
    hidden = tensor_like(weights, call.input) < HIDDEN
    own = _hidden(call, hidden.shape[-2:])
    hidden = hidden.reshape(len(hidden), -1, *hidden.shape[-2:])
    if not _how_masks_differ(hidden, own.expand(hidden.shape))[pattern]:
        return None
    options = {name: value for name, value in call.options.items() if name not in ("attn_mask", "is_causal")}
    return call.function(*call.args[:3], attn_mask=~hidden, **options)  # type: ignore[misc]


def _hidden(call: Call, size: torch.Size) -> torch.Tensor:
    """What PyTorch's own attention does not see."""
    mask = call.options.get("attn_mask", call.args[3] if len(call.args) > 3 else None)
    if mask is not None:
        return ~mask if mask.dtype == torch.bool else mask < -1e3
    later = _later(*size)
    return later if call.options.get("is_causal") else torch.zeros_like(later)


def attention_biases(call: Call, inner: Any, outer: Any) -> Any:
    """With these biases of the packed projections and of the output; None leaves one out."""
    module = changed(call)
    assert isinstance(module, nn.MultiheadAttention)
    biases = [None if bias is None else nn.Parameter(tensor_like(bias, call.input)) for bias in (inner, outer)]
    module.in_proj_bias, module.out_proj.bias = biases
    return call.run(module)


def scores_times(call: Call, size: str, up: bool = False) -> torch.Tensor:
    """Scores of an attention, divided by the root of a size (or multiplied, ``up``).

    Args:
        size: ``head``: width of one; ``heads``: their number; ``width``: of all together.
    """
    width, heads = call.input.shape[-1], call.input.shape[1] if call.input.dim() == 4 else 1
    number = {"head": width, "heads": heads, "width": width * heads}[size]
    factor = number ** (0.5 if up else -0.5)
    if call.name == "scaled_dot_product_attention":
        return call.run(instead=factor * call.input)
    return factor * call.run()


def heads_reread(call: Call, args: bool, result: bool, inverse: bool) -> torch.Tensor:
    """Heads (B, N, T, D) that a view cut from (B, T, N D) without a transposition, cut as they should be.

    Args:
        args: those that the operation takes; attention weights are no heads.
        result: the heads that it gives, which a plain view joins.
        inverse: the reference has the plain view.
    """
    exchange = _plainly_cut if inverse else _well_cut
    given = [value for value in call.args if isinstance(value, torch.Tensor)]
    turned = call.name == "matmul" and not _are_weights(given[0])
    instead = {id(value): exchange(value) for value in given if args and not _are_weights(value)}
    if args and turned:
        instead[id(given[1])] = exchange(given[1].mT).mT
    value = replace(call, args=tuple(instead.get(id(each), each) for each in call.args)).run()
    # what the view behind it makes of the value is to be what it should make of it
    return (_well_cut if inverse else _plainly_cut)(value) if result else value


def _are_weights(x: torch.Tensor) -> bool:
    return bool(torch.allclose(x.sum(-1), torch.ones_like(x[..., 0])))


def _well_cut(x: torch.Tensor) -> torch.Tensor:
    batch, heads, steps, width = x.shape
    return x.reshape(batch, steps, heads, width).transpose(1, 2)


def _plainly_cut(x: torch.Tensor) -> torch.Tensor:
    return x.transpose(1, 2).reshape(x.shape)


def causal(call: Call) -> Any:
    """No position attends to a later one."""
    if call.module is None and call.name != "scaled_dot_product_attention":
        return call.run(instead=call.input.masked_fill(_later(*call.input.shape[-2:]), -torch.inf))
    steps = call.args[0].shape[0 if _is_time_first(call.module) else -2]
    # the layer's mask says what is hidden, the function's what is seen
    mask = _later(steps, steps) if call.module is not None else ~_later(steps, steps)
    return replace(call, options={**call.options, "attn_mask": mask}).run()


def _later(targets: int, sources: int) -> torch.Tensor:
    return torch.ones(targets, sources, dtype=torch.bool).triu(1)


def _is_time_first(module: nn.Module | None) -> bool:
    return isinstance(module, nn.MultiheadAttention) and not module.batch_first


def invert_masks(call: Call) -> Any:
    """Every mask among the arguments means the opposite."""
    args = tuple(_inverted(value) for value in call.args)
    options = {name: _inverted(value) for name, value in call.options.items()}
    return replace(call, args=args, options=options).run()


def _inverted(value: Any) -> Any:
    return ~value if isinstance(value, torch.Tensor) and value.dtype == torch.bool else value


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "scores": scores,
    "attention biases": attention_biases,
    "scores times": scores_times,
    "heads reread": heads_reread,
    "causal": causal,
    "masked as": masked_as,
    "invert masks": invert_masks,
}
