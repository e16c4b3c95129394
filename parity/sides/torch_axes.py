"""Where a function of PyTorch puts the axes of an image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from parity.sides import axes
from parity.sides.axes import Axes
from parity.sides.common import spread

MOVING = frozenset({"permute", "transpose", "swapaxes", "movedim", "moveaxis"})
RESHAPING = frozenset(
    {"flatten", "reshape", "view", "unflatten", "squeeze", "unsqueeze", "view_as", "reshape_as", "ravel"}
)
JOINING = frozenset({"cat", "concat", "concatenate", "hstack"})
_TAKING_OUT = frozenset({"select", "unbind"})
_CUTTING = frozenset({"narrow", "chunk", "split", "tensor_split", "pad", "interpolate"})
_MIXING = frozenset(
    {"linear", "embedding", "matmul", "bmm", "einsum", "lstm", "gru", "rnn_tanh", "rnn_relu", "lstm_cell", "gru_cell"}
    | {"rnn_tanh_cell", "rnn_relu_cell", "scaled_dot_product_attention", "multi_head_attention_forward"}
    | {"fold", "pixel_shuffle", "pixel_unshuffle", "bilinear"}
)
"""Beside convolutions: of what they give nothing is known, even where its sizes are those of what they take."""

Arguments = tuple[Any, Mapping[str, Any]]


def axes_behind(
    name: str, said: Arguments, given: Sequence[Axes | None], reduced: int | None, shape: Sequence[int]
) -> Axes | None:
    """Those of a result of ``shape``; ``given`` are those of the tensors that the function takes."""
    if name in _MIXING or name.startswith("conv") or not given:
        return None
    if name in JOINING:
        args, options = said
        axis = options.get("dim", options.get("axis", args[1] if len(args) > 1 else int(name == "hstack")))
        return axes.joined([each for each in given if each is not None], axis)
    before = given[0]
    if name == "unfold":
        return None if before is None else _unfolded(said, before, shape)
    moves = name in MOVING | RESHAPING | _TAKING_OUT | {"t", "getitem", "stack"}
    if moves or reduced is not None:
        return None if before is None else _moved(name, said, before, len(given), reduced, shape)
    kept = next((each for each in given if each is not None and axes.sizes(each) == tuple(shape)), None)
    cut = before is not None and len(before) == len(shape) and (name in _CUTTING or "pool" in name)
    return axes.resized(before, shape) if kept is None and before is not None and cut else kept


def _moved(
    name: str, said: Arguments, before: Axes, count: int, reduced: int | None, shape: Sequence[int]
) -> Axes | None:
    args, options = said
    rest = (*args[1:], *options.values())
    if reduced is not None:
        return (
            axes.resized(before, shape) if len(before) == len(shape) else _checked(axes.without(before, reduced), shape)
        )
    if name in RESHAPING:
        return axes.reshaped(before, shape)
    if name == "getitem":
        return axes.indexed(before, args[1], shape)
    if name == "t":
        return before[::-1]
    if name in MOVING:
        order = axes.permutation(name, rest, len(before))
        return None if order is None else axes.moved(before, order)
    place = options.get("dim", args[1] if len(args) > 1 else 0)
    found = axes.with_new(before, place, count) if name == "stack" else axes.without(before, place)
    return _checked(found, shape)


def _unfolded(said: Arguments, before: Axes, shape: Sequence[int]) -> Axes | None:
    """Windows along one axis, or those of an image, (B, C * k * k, L)."""
    args, options = said
    if len(shape) == len(before) + 1:
        names = enumerate(("dimension", "size"), 1)
        place, size = (options.get(name, args[n] if len(args) > n else 0) for n, name in names)
        return axes.windows(before, [place % len(before)], [size], shape)
    kernel = options.get("kernel_size", args[1] if len(args) > 1 else 0)
    sizes = spread(kernel, 2)
    if len(before) != 4 or len(shape) != 3 or shape[1] != axes.sizes(before)[1] * prod(sizes):
        return None
    grid = (*axes.sizes(before)[:2], *_grid(axes.sizes(before)[2:], sizes, said))
    if prod(grid[2:]) != shape[2]:
        return None
    cut = axes.windows(before, (2, 3), sizes, (*grid, *sizes))
    return None if cut is None else (cut[0], cut[1] + cut[4] + cut[5], cut[2] + cut[3])


def _grid(image: Sequence[int], window: Sequence[int], said: Arguments) -> tuple[int, ...]:
    """So many windows along every axis."""
    args, options = said
    names = enumerate(("dilation", "padding", "stride"), 2)
    told = (options.get(name, args[n] if len(args) > n else int(name != "padding")) for n, name in names)
    dilation, padding, stride = (spread(each, len(image)) for each in told)
    every = zip(image, window, dilation, padding, stride, strict=True)
    return tuple((size + 2 * around - apart * (wide - 1) - 1) // step + 1 for size, wide, apart, around, step in every)


def _checked(found: Axes, shape: Sequence[int]) -> Axes | None:
    return found if axes.sizes(found) == tuple(shape) else None
