"""Masks and scores of attention."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from parity.compare import PROOF_BOUND
from parity.masks import FAR_BELOW, HIDDEN
from parity.shapes import samples_cut
from parity.sides.torch_trace import native_like, tensor_like, tensors_in
from parity.sides.torch_trials.call import Call, changed, first
from parity.sides.torch_trials.factors import factor_between
from parity.sides.torch_trials.inputs import exchanged

ROUNDS, STEP = 8, 1e-6
"""Of the search for a factor."""
TURNED = 1e-4
"""Rounding turns by less."""
SAME = 1e-9


def scores(call: Call, value: Any, pattern: str, weights: bool) -> torch.Tensor | None:
    """The reference's attention (B, N, T, S), if the two differ in this way; else None.

    Args:
        value: logits of the reference, masked.
        pattern: ``heads``: another number; ``opposite``: one side sees just what the other does not; ``backwards``: the
            one hides what comes later and the other what came before; ``crosswise``: the one hides targets where the
            other hides sources; ``causal``: one side sees no later source; ``window``:
            both hide what depends on the target, and not the same; ``inverted``: one side sees something that the
            other does not, and the other way round; ``masked``: it sees less; ``scaled``: its logits are a multiple.
        weights: the operation is the softmax, not the mask in front of it.
    """
    logits, own = tensor_like(value, call.input), call.input if weights else first(call.result)
    if samples_cut(tuple(logits.shape), tuple(own.shape)):
        logits = logits.reshape(own.shape)
    if not _differ(logits, own, pattern):
        return None
    return torch.softmax(logits, -1) if weights else logits


def _differ(logits: torch.Tensor, own: torch.Tensor, pattern: str) -> bool:
    if logits.shape != own.shape:
        return pattern == "heads"
    hidden = [torch.softmax(each, -1) < HIDDEN for each in (logits, own)]
    if pattern == "scaled":
        return torch.equal(*hidden) and factor_between(own, logits) is not None
    seen = ~(hidden[0] | hidden[1]) & (logits > FAR_BELOW) & (own > FAR_BELOW)
    alike = torch.allclose(logits[seen], own[seen], rtol=SAME, atol=SAME)
    return (alike or pattern == "heads") and _mask_differs(hidden[0], hidden[1], pattern)


def _mask_differs(hidden: torch.Tensor, own: torch.Tensor, pattern: str) -> bool:
    both = torch.broadcast_tensors(hidden, own)
    later = torch.ones_like(both[0]).triu(1)
    more = [bool((one & ~other).any()) for one, other in (both, both[::-1])]
    causal = [bool(each[later].all()) for each in both]
    hiding = both[1].any(-1)
    opposite = bool(hiding.any()) and torch.equal(both[0][hiding], ~both[1][hiding])
    crosswise = both[0].shape[-1] == both[0].shape[-2] and torch.equal(both[0], both[1].mT) and any(more)
    unlike = both[0] ^ both[1]
    by_target = (
        unlike.shape[-1] > 1
        and bool((unlike != unlike[..., :1, :]).any())
        and bool((~both[0] & ~both[1]).any(-1).all())
    )
    holds = {
        "opposite": opposite,
        "backwards": crosswise and causal[0] != causal[1],
        "crosswise": crosswise,
        "causal": causal[0] != causal[1],
        "window": by_target and all(bool(each.any()) for each in both),
        "inverted": all(more),
        "masked": any(more),
    }
    return holds[pattern]


def hidden_alike(call: Call, value: Any) -> torch.Tensor | None:
    """The reference's scores where they are one's own but for the numbers that hide; else None."""
    own = first(call.result)
    wanted = native_like(value, own).reshape(own.shape)
    seen = own > FAR_BELOW
    if not seen.any() or not torch.equal(seen, wanted > FAR_BELOW):
        return None
    off = (own - wanted)[seen].abs().max() / wanted[seen].abs().max()
    shares = [torch.softmax(each, -1) for each in (own, wanted)]
    return wanted if off <= PROOF_BOUND and torch.allclose(*shares, rtol=0, atol=HIDDEN) else None


def masked_like(call: Call, seen: Any, pattern: str) -> Any:
    """With the reference's mask, if it differs from one's own in this way; else None.

    Args:
        seen: (B, T, S), with or without axes of heads and windows: True where a target may look.
        pattern: as in ``scores``.
    """
    queries, keys = _looking(call)
    mask = torch.from_numpy(seen)
    while mask.dim() < len(queries) + 1:
        mask = mask.unsqueeze(1)
    shape = (*queries, keys)
    mask = mask.reshape(shape) if mask.numel() == math.prod(shape) else mask.expand(shape)
    if not _mask_differs(~mask, _hidden(call, shape), pattern):
        return None
    if call.module is not None:
        options = {**call.options, "attn_mask": ~mask.flatten(0, 1), "key_padding_mask": None, "is_causal": False}
        return replace(call, args=call.args[:3], options=options).run()
    if call.name == "scaled_dot_product_attention":
        return replace(call, args=call.args[:3], options={**_named(call), "attn_mask": mask, "is_causal": False}).run()
    hidden = _scores(call).masked_fill(~mask, -torch.inf)
    hidden = hidden.masked_fill(~mask.any(-1, keepdim=True), 0.0)  # where nothing is seen, Keras looks at all alike
    return torch.softmax(hidden, -1) if "softmax" in call.name else hidden


def _looking(call: Call) -> tuple[tuple[int, ...], int]:
    """Shape of all that looks, samples and heads included, and how much there is to look at."""
    if call.module is not None:
        query, key = call.args[0], call.args[1]
        steps = 0 if _is_time_first(call.module) else 1
        heads: int = call.module.num_heads
        return (query.shape[1 - steps], heads, query.shape[steps]), key.shape[steps]
    if call.name == "scaled_dot_product_attention":
        return tuple(call.args[0].shape[:-1]), call.args[1].shape[-2]
    shape = first(call.result).shape
    return tuple(shape[:-1]), shape[-1]


def _hidden(call: Call, shape: Sequence[int]) -> torch.Tensor:
    """What nobody can see in one's own attention."""
    if call.module is None and call.name != "scaled_dot_product_attention":
        return torch.softmax(_scores(call) if "softmax" in call.name else first(call.result), -1) < HIDDEN
    named = _named(call)
    mask, padding = named.get("attn_mask"), named.get("key_padding_mask")
    hidden = torch.zeros(tuple(shape), dtype=torch.bool)
    if named.get("is_causal") and mask is None:
        hidden = hidden | _later(*shape[-2:])
    if mask is not None:
        own = mask if mask.dtype == torch.bool else mask < FAR_BELOW
        inverted = call.module is None and mask.dtype == torch.bool
        own = own.reshape(tuple(shape)) if own.numel() == hidden.numel() else own
        hidden = hidden | (~own if inverted else own)
    return hidden if padding is None else hidden | padding[:, None, None]


def _named(call: Call) -> dict[str, Any]:
    """The arguments behind query, key and value, by name."""
    names = ("attn_mask", "dropout_p", "is_causal", "scale", "enable_gqa")
    if call.module is not None:
        names = ("key_padding_mask", "need_weights", "attn_mask", "average_attn_weights", "is_causal")
    return dict(zip(names, call.args[3:], strict=False)) | dict(call.options)


def _scores(call: Call) -> torch.Tensor:
    """What is masked, or goes into the softmax."""
    shape = first(call.result).shape
    values = [value for value in (*call.args, *call.options.values()) if isinstance(value, torch.Tensor)]
    return next(value for value in values if value.shape == shape and value.is_floating_point())


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


def scores_scaled_to(call: Call, reference: Any) -> torch.Tensor | None:
    """An attention whose scores are times the one number that brings it nearest to the reference."""
    if call.module is None and call.name != "scaled_dot_product_attention":
        return None
    wanted = native_like(reference, first(call.result)).reshape(first(call.result).shape)
    width = call.input.shape[-1] if call.module is None else changed(call).head_dim
    found = [_refined(call, wanted, start) for start in (1.0, width**0.5, width**-0.5)]
    return min(found, key=lambda value: float((value - wanted).abs().max().nan_to_num(math.inf)))


def _refined(call: Call, wanted: torch.Tensor, factor: float) -> torch.Tensor:
    """Gauss-Newton for one number; its derivative by a small step is near enough."""
    value = _with_queries_times(call, factor)
    for _ in range(ROUNDS):
        slope = (_with_queries_times(call, factor * (1 + STEP)) - value) / (factor * STEP)
        factor -= float(((value - wanted) * slope).sum() / slope.square().sum())
        value = _with_queries_times(call, factor)
    return value


def _with_queries_times(call: Call, factor: float) -> torch.Tensor:
    """The layer makes its queries from what it is given, the function is given them."""
    if call.module is None:
        return first(call.run(instead=factor * call.input))
    module = changed(call)
    assert isinstance(module, nn.MultiheadAttention)
    packed = module.in_proj_weight is not None
    queries = module.in_proj_weight[: module.embed_dim] if packed else module.q_proj_weight
    queries *= factor
    if module.in_proj_bias is not None:
        module.in_proj_bias[: module.embed_dim] *= factor
    return first(call.run(module))


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


def factor_turned(call: Call, place: int) -> Any:
    """With the last two axes of one factor exchanged, where they are of one length, as those of a graph are."""
    factors = list(tensors_in((call.args, dict(call.options))))
    x = factors[place] if place < len(factors) else None
    if x is None or x.dim() < 3 or x.shape[-1] != x.shape[-2]:
        return None
    return exchanged(call, {id(x): x.mT})


def weights_turned(call: Call, place: int) -> Any:
    """The same, where that factor holds shares of one along the axis that the product does not sum over; else None."""
    axis = _summed(call, place)
    factors = list(tensors_in((call.args, dict(call.options))))
    if axis is None or place >= len(factors) or factors[place].dim() < 3:
        return None
    x, other = factors[place], -3 - axis
    shares = x.min() >= 0 and torch.allclose(x.sum(other), torch.ones(()).to(x), rtol=1e-9)
    return factor_turned(call, place) if shares and not _are_weights(x.transpose(-1, axis)) else None


def _summed(call: Call, place: int) -> int | None:
    """Which of the last two axes of a factor a product sums over, as -1 or -2."""
    if call.name != "einsum":
        return -1 - place if call.name.strip("_") in ("matmul", "bmm", "rmatmul") else None
    terms, _, result = str(call.args[0]).replace(" ", "").partition("->")
    letters = terms.split(",")[place][-2:] if place <= terms.count(",") else ""
    summed = [axis for axis, letter in zip((-2, -1), letters, strict=False) if letter not in result]
    return summed[0] if len(summed) == 1 else None


def result_turned(call: Call) -> Any:
    """Every key for every query in place of every query for every key, where there are as many of both."""
    value = first(call.result)
    return value.mT if value.dim() > 2 and value.shape[-1] == value.shape[-2] else None


def heads_shared_otherwise(call: Call, shared: int) -> torch.Tensor:
    """Every query head (B, N, T, D) with the key head that it has if shared ones stand in turn, or one after the other.

    Args:
        shared: so many key heads there are, or so many query heads share one: that is the other way round.
    """
    heads = call.input.shape[1]
    order = torch.arange(heads).unflatten(0, (shared, heads // shared)).T.flatten()
    value = call.run(instead=call.input[:, order])
    return torch.empty_like(value).index_copy_(1, order, value)


def turned_otherwise(call: Call, given: Any, value: Any) -> torch.Tensor | None:
    """The reference's rotation of the same heads, where both turn the same pairs by angles of their own; else None."""
    own = first(call.result)
    for layout in (lambda heads: heads, lambda heads: heads.transpose(1, 2)):
        x, wanted = (layout(tensor_like(each, own)) for each in (given, value))
        if x.shape == own.shape and any(_differ_in_angles(x, own, wanted, pairs) for pairs in (_halves, _neighbours)):
            return wanted
    return None


def _differ_in_angles(x: torch.Tensor, own: torch.Tensor, wanted: torch.Tensor, pairs: Callable[..., Any]) -> bool:
    """Every sample is turned by the same angles, on either side, and these differ by more than rounding."""
    turns = [pairs(each) / pairs(x) for each in (own, wanted)]
    turned = [torch.allclose(turn.abs(), torch.ones_like(turn.abs())) for turn in turns]
    shared = [torch.allclose(turn, turn[:1].expand_as(turn)) for turn in turns]
    return all(turned) and all(shared) and float((turns[0] - turns[1]).abs().max()) > TURNED


def _halves(x: torch.Tensor) -> torch.Tensor:
    return torch.complex(*(half.contiguous() for half in x.chunk(2, -1)))


def _neighbours(x: torch.Tensor) -> torch.Tensor:
    return torch.complex(x[..., ::2].contiguous(), x[..., 1::2].contiguous())


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


def mask_reread(call: Call) -> Any:
    """A mask for every sample and head, which lie in the other order."""
    mask = _named(call).get("attn_mask")
    heads: int = call.module.num_heads if call.module is not None else 1
    if mask is None or mask.dim() != 3 or not 1 < heads < len(mask):
        return None
    turned = mask.reshape(heads, -1, *mask.shape[1:]).transpose(0, 1).flatten(0, 1)
    return replace(call, args=call.args[:3], options={**_named(call), "attn_mask": turned}).run()


def _inverted(value: Any) -> Any:
    return ~value if isinstance(value, torch.Tensor) and value.dtype == torch.bool else value


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "hidden alike": hidden_alike,
    "scores": scores,
    "masked like": masked_like,
    "attention biases": attention_biases,
    "scores times": scores_times,
    "scores scaled to": scores_scaled_to,
    "factor turned": factor_turned,
    "weights turned": weights_turned,
    "result turned": result_turned,
    "heads reread": heads_reread,
    "heads shared otherwise": heads_shared_otherwise,
    "turned otherwise": turned_otherwise,
    "causal": causal,
    "invert masks": invert_masks,
    "mask reread": mask_reread,
}
