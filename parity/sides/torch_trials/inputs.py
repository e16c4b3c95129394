"""The reference's own inputs, handed over only where one plain relation holds between them and what was given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np
import torch
from torch import nn

from parity.sides.torch_trace import listing_of, mark_of, native_like, set_mark, tensor_like, tensors_in
from parity.sides.torch_trials.call import Call, first

SHORT_TYPES = (torch.float16, torch.bfloat16)
SHORT = 2.0**-5
"""Relative to the peak; bfloat16 keeps eight bits of each product."""

Relation = Callable[[torch.Tensor, torch.Tensor], bool]


def feed(call: Call, value: Any) -> Any:
    """On another input, given in canonical order."""
    return call.run(instead=_fitted(value, call.input, call))


def feed_each(call: Call, values: Sequence[Any]) -> Any:
    """On other inputs, one for each tensor that the operation takes, in that order."""
    given = list(tensors_in((call.args, dict(call.options))))[: len(values)]
    tensors = iter([_fitted(value, x, call) for value, x in zip(values, given, strict=True)])
    return _handed(call, lambda x: next(tensors, x))


def feed_one(call: Call, place: int, value: Any, heads: bool = False) -> Any:
    """With one of its inputs replaced, by ``heads`` that are still side by side in the features."""
    x = list(tensors_in((call.args, dict(call.options))))[place]
    wanted, places = _cut_into_heads(value, x) if heads else _standing_as(x, value, call), count()
    return _handed(call, lambda each: wanted if next(places) == place else each)


def _standing_as(x: torch.Tensor, value: Any, call: Call) -> torch.Tensor:
    """A value as the operation takes ``x``; the keys of a product stand crosswise."""
    keys = call.name in ("matmul", "bmm", "__matmul__") and value.ndim == x.dim()
    crosswise = keys and value.shape != tuple(x.shape) == (*value.shape[:-2], value.shape[-1], value.shape[-2])
    return tensor_like(value, x.mT).mT if crosswise else _fitted(value, x, call)


def _cut_into_heads(value: Any, x: torch.Tensor) -> torch.Tensor:
    """Tokens (B, T, N D) as heads (B, N, T, D), or as the keys of a product, (B, N, D, T)."""
    tokens = tensor_like(value, x)
    heads = tokens.unflatten(-1, (x.shape[1], -1)).transpose(1, 2)
    return heads if heads.shape == x.shape else heads.mT.reshape(x.shape)


def reordered(call: Call, values: Sequence[Any]) -> Any:
    """On the reference's inputs where they hold the numbers of one's own in another order; else None."""
    return _related(call, values, _holds_the_same_numbers)


def across_samples(call: Call, values: Sequence[Any]) -> Any:
    """On the reference's inputs where the samples of a batch have one's own numbers among them; else None."""
    return _related(call, values, _holds_them_in_other_samples)


def in_other_sequences(call: Call, value: Any) -> Any:
    """On the reference's input where it has one's own tokens as sequences of another length, in another order."""
    x = call.input
    wanted = _like(value, x, call)
    tokens = [len(each) > 1 and each.dim() >= 3 and each.shape[-1] == x.shape[-1] for each in (x, wanted)]
    if not all(tokens) or wanted.numel() != x.numel() or wanted.shape == x.shape:
        return None
    alike = torch.allclose(*(each.flatten().sort().values for each in (x, wanted)))
    return call.run(instead=wanted) if alike and not torch.allclose(x.flatten(), wanted.flatten()) else None


def lengthened(call: Call, values: Sequence[Any]) -> Any:
    """On the reference's inputs where one's own are those in a short float type; else None."""
    return _related(call, values, _is_shortened)


def cropped(call: Call, values: Sequence[Any]) -> Any:
    """On the reference's inputs where they are cut from the maps that one's own are cut from, elsewhere; else None."""
    return _related(call, values, _is_another_window)


def another_window(call: Call, values: Sequence[Any], maps: Sequence[Any], reference: Any) -> Any:
    """With an input cut from a map of the reference where the reference cuts it, if it is cut elsewhere; else None."""
    own = first(call.result)
    wanted = native_like(reference, own)
    given = list(tensors_in((call.args, dict(call.options))))
    for x in given if wanted.shape == own.shape else ():
        whole = [_like(each, x, call) for each in maps]
        cut = [each for each in whole if _is_a_part(x, each) and _is_cut_from(x, each)]
        others = [_like(value, x, call) for value in values] + _in_place_of(x, own, wanted)
        for other in others if cut else ():
            moved = other.shape == x.shape and not torch.allclose(other, x)
            if moved and any(_is_cut_from(other, each) for each in cut):
                return exchanged(call, {id(x): other})
    return None


def _is_a_part(x: torch.Tensor, whole: torch.Tensor) -> bool:
    return x.dim() == whole.dim() == 4 and x.numel() < whole.numel() and x.shape[:2] == whole.shape[:2]


def _is_cut_from(x: torch.Tensor, whole: torch.Tensor) -> bool:
    """The image is a window of a map."""
    rows, columns = (size - part + 1 for size, part in zip(whole.shape[2:], x.shape[2:], strict=True))
    corners = torch.isclose(whole[0, :, :rows, :columns], x[0, :, :1, :1]).all(0).nonzero().tolist()
    height, width = x.shape[2:]
    return any(torch.allclose(whole[:, :, r : r + height, c : c + width], x) for r, c in corners)


def _in_place_of(x: torch.Tensor, own: torch.Tensor, wanted: torch.Tensor) -> list[torch.Tensor]:
    """What the reference has where a concatenation or a sum of images has ``x``."""
    size = x.shape[1]
    if x.dim() != own.dim() or x.shape[2:] != own.shape[2:]:
        return []
    if x.shape == own.shape:
        return [wanted - own + x]
    begins = [n for n in range(own.shape[1] - size + 1) if torch.equal(own[:, n : n + size], x)]
    return [wanted[:, n : n + size] for n in begins[:1]]


def more_or_less(call: Call, value: Any) -> Any:
    """On the reference's input where it is a part of one's own, or has it as a part, along one axis; else None."""
    x = call.input
    wanted = _like(value, x, call)
    longer, shorter = (x, wanted) if x.numel() > wanted.numel() else (wanted, x)
    other = [axis for axis in range(1, x.dim()) if x.shape[axis] != wanted.shape[axis]]
    if x.dim() != wanted.dim() or len(other) != 1 or len(x) != len(wanted):
        return None
    size = shorter.shape[other[0]]
    parts = (longer.narrow(other[0], begin, size) for begin in range(longer.shape[other[0]] - size + 1))
    return call.run(instead=wanted) if any(torch.allclose(part, shorter) for part in parts) else None


def instead_of_a_step(call: Call, steps: Any, value: Any) -> Any:
    """On the reference's input where one's own is a step of a sequence (B, T, C), and the reference's is not."""
    x = call.input
    wanted = _fitted(value, x, call)
    taken = [torch.allclose(step, x, rtol=1e-9, atol=1e-12) for step in tensor_like(steps, x).unbind(1)]
    return call.run(instead=wanted) if any(taken) and not torch.allclose(x, wanted) else None


def on_exchanged_axes(call: Call) -> Any:
    """Along the steps of a sequence instead of its features, which are as many, or the other way round; else None."""
    x = call.input
    return call.run(instead=x.transpose(1, 2)) if x.dim() == 3 and x.shape[1] == x.shape[2] else None


def input_scaled(call: Call, value: Any) -> Any:
    """On an input times the one number that makes it the reference's; None where no number does."""
    x, wanted = call.input, _fitted(value, call.input, call)
    factor = (x * wanted).sum() / x.square().sum()
    return call.run(instead=factor * x) if torch.allclose(factor * x, wanted, rtol=1e-9, atol=1e-9) else None


def _related(call: Call, values: Sequence[Any], relation: Relation) -> Any:
    instead: dict[int, torch.Tensor] = {}
    for x in tensors_in((call.args, dict(call.options))):
        candidates = [_fitted(value, x, call) for value in values if value.size == x.numel()]
        right = next((wanted for wanted in candidates if relation(x, wanted)), None)
        if right is not None:
            instead[id(x)] = right
    return exchanged(call, instead) if instead else None


def _holds_the_same_numbers(x: torch.Tensor, wanted: torch.Tensor) -> bool:
    """In every sample, and not just backwards or moved along an axis."""
    return _alike_in_each(x, wanted) and not any(torch.allclose(moved, wanted) for moved in _moved(x))


def _holds_them_in_other_samples(x: torch.Tensor, wanted: torch.Tensor) -> bool:
    """Of values, for places in a table are no samples; not in each sample by itself."""
    if len(x) < 2 or not x.is_floating_point() or _alike_in_each(x, wanted):
        return False
    return torch.allclose(*(value.flatten().sort().values for value in (x, wanted)))


def _alike_in_each(x: torch.Tensor, wanted: torch.Tensor) -> bool:
    return torch.allclose(*(value.flatten(1).sort(1).values for value in (x, wanted)))


def _moved(x: torch.Tensor) -> Iterator[torch.Tensor]:
    """The same reading of the axes: backwards, or beginning elsewhere."""
    for axis in range(1, x.dim()):
        yield x.flip(axis)
        yield from (x.roll(steps, axis) for steps in range(x.shape[axis]))


def _is_another_window(x: torch.Tensor, wanted: torch.Tensor) -> bool:
    """Two images overlap in more than a line, or sequences in most steps, and what either has beside is no padding."""
    if x.dim() != 4:
        steps = x.dim() == 3 or (x.dim() == 2 and not x.is_floating_point())
        both = [(x, wanted), (x.mT, wanted.mT)] if x.dim() == 3 else [(x, wanted)]
        return steps and any(_begins_later(*order) for one, other in both for order in ((one, other), (other, one)))
    return any(_overlap(*(image.movedim(channels, 1) for image in (x, wanted))) for channels in (1, 3))


def _begins_later(x: torch.Tensor, wanted: torch.Tensor) -> bool:
    """The one has most of the steps of the other, each a few steps earlier, and goes on; it does not begin again."""
    for by in range(1, (x.shape[1] + 1) // 2):
        if torch.allclose(x[:, by:], wanted[:, :-by]) and not torch.allclose(x.roll(-by, 1), wanted):
            return bool(x[:, :by].any() and wanted[:, -by:].any())
    return False


def _overlap(x: torch.Tensor, wanted: torch.Tensor) -> bool:
    """The one is the other, moved by so much that the pixel in the middle of the one is still there."""
    height, width = x.shape[2:]
    middle = height // 2, width // 2
    found = torch.isclose(x[0], wanted[0, :, *middle, None, None]).all(0).nonzero().tolist()
    moves = [(row - middle[0], column - middle[1]) for row, column in found]
    return any(_moved_by(x, wanted, *move) for move in moves if move != (0, 0))


def _moved_by(x: torch.Tensor, wanted: torch.Tensor, down: int, right: int) -> bool:
    inside = _cut(x, down, right), _cut(wanted, -down, -right)
    beside = [whole.abs().sum() > part.abs().sum() for whole, part in zip((x, wanted), inside, strict=True)]
    return min(inside[0].shape[2:]) > 1 and torch.allclose(*inside) and all(beside)


def _cut(x: torch.Tensor, down: int, right: int) -> torch.Tensor:
    """Without so many rows and columns, from the beginning, or from the end where the number is negative."""
    rows, columns = (slice(n, None) if n >= 0 else slice(None, n) for n in (down, right))
    return x[:, :, rows, columns]


def _is_shortened(x: torch.Tensor, wanted: torch.Tensor) -> bool:
    """Every number is one of a short type, and near the right one, which is not."""
    near = (x - wanted).abs().max() <= SHORT * wanted.abs().max()
    return bool(near) and any(_fits(x, short) and not _fits(wanted, short) for short in SHORT_TYPES)


def _fits(x: torch.Tensor, short: torch.dtype) -> bool:
    return torch.equal(x.to(short).to(x.dtype), x)


def exchanged(call: Call, instead: Mapping[int, torch.Tensor]) -> Any:
    """Once more, with these tensors, by id, in place of those that it takes."""
    return _handed(call, lambda x: instead.get(id(x), x))


def _handed(call: Call, change: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    """Once more, with every tensor that it takes changed; short float types are lengthened."""

    def visit(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            value = change(value)
            return value.double() if value.dtype in SHORT_TYPES else value.clone()
        return type(value)(visit(each) for each in value) if isinstance(value, (tuple, list)) else value

    args, options = visit(tuple(call.args)), {name: visit(value) for name, value in call.options.items()}
    return (call.module or call.function)(*args, **options)  # type: ignore[misc]


def like_input(value: Any, call: Call) -> torch.Tensor:
    """A value in canonical order with the order of axes that the first input has, whatever its sizes."""
    return _like(value, call.input, call)


def _fitted(value: Any, x: torch.Tensor, call: Call) -> torch.Tensor:
    """A value in canonical order as the operation takes ``x``."""
    return _like(value, x, call).reshape(x.shape)


def _like(value: Any, x: torch.Tensor, call: Call) -> torch.Tensor:
    """A value in canonical order with the order of axes that ``x`` has for the operation, whatever its sizes."""
    mark, result = mark_of(x), first(call.result)
    others = [each for each in tensors_in((call.args, dict(call.options))) if each is not x]
    like = x.double() if x.dtype in SHORT_TYPES else x.detach()
    # a layer that works on axis 1 says of its result what a view in front of it had hidden, and so does another input
    told = call.module is not None or any(mark_of(each).channels_first for each in others)
    inside = told and mark_of(result).channels_first and x.dim() == result.dim()
    time_first = mark.time_first or _takes_time_first(call, value, x)
    listing = listing_of(x, result) if inside else mark.flattened
    set_mark(like, mark.channels_first or inside, mark.sources, listing, time_first)
    moved = native_like(value, like)
    # a view (B, T, C F) of an image (B, C, T, F) with as many channels as steps looks like the image in rows
    return tensor_like(value, like) if moved.shape != x.shape == np.shape(value) else moved


def _takes_time_first(call: Call, value: Any, x: torch.Tensor) -> bool:
    """A recurrence whose sequences lie the other way, as their lengths say where views have hidden it."""
    own = isinstance(call.module, nn.RNNBase) and not call.module.batch_first
    return own and np.shape(value)[:2] == tuple(x.shape[:2])[::-1] != tuple(x.shape[:2])


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "feed": feed,
    "feed each": feed_each,
    "feed one": feed_one,
    "reordered": reordered,
    "across samples": across_samples,
    "in other sequences": in_other_sequences,
    "lengthened": lengthened,
    "cropped": cropped,
    "more or less of it": more_or_less,
    "another window": another_window,
    "instead of a step": instead_of_a_step,
    "on exchanged axes": on_exchanged_axes,
    "input scaled": input_scaled,
}
