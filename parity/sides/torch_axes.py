"""Where a function of PyTorch puts the axes of an image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parity.sides import axes
from parity.sides.axes import Axes

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
    | {"fold", "unfold", "pixel_shuffle", "pixel_unshuffle", "bilinear"}
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


def _checked(found: Axes, shape: Sequence[int]) -> Axes | None:
    return found if axes.sizes(found) == tuple(shape) else None
