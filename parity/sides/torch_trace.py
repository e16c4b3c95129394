"""Follow two facts of every tensor through a Torch forward pass: its axis order and where it came from.

PyTorch tensors do not say whether axis 1 is the channel axis. Here an image tensor is marked when it
enters the model or leaves a layer that works on axis 1, and the mark travels through every function that
keeps the shape of its input; a function that moves axes ends it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.overrides import TorchFunctionMode

_MARK = "_parity_mark"
_MAKE_CHANNELS_FIRST = frozenset(
    {
        "conv1d",
        "conv2d",
        "conv3d",
        "conv_transpose1d",
        "conv_transpose2d",
        "conv_transpose3d",
        "max_pool1d",
        "max_pool2d",
        "avg_pool1d",
        "avg_pool2d",
        "adaptive_avg_pool1d",
        "adaptive_avg_pool2d",
        "adaptive_max_pool2d",
        "interpolate",
        "pad",
        "group_norm",
        "pixel_shuffle",
    }
)
_END_CHANNELS_FIRST = frozenset(
    {
        "permute",
        "transpose",
        "movedim",
        "moveaxis",
        "swapaxes",
        "flatten",
        "unflatten",
        "reshape",
        "view",
        "linear",
        "embedding",
        "matmul",
        "bmm",
        "mean",
        "sum",
        "squeeze",
        "unsqueeze",
        "lstm",
        "gru",
        "rnn_tanh",
        "stack",
        "unbind",
        "getitem",
        "__getitem__",
        "einsum",
        "scaled_dot_product_attention",
        "layer_norm",
        "multi_head_attention_forward",
    }
)


class Mark:
    """What is known of one tensor."""

    __slots__ = ("channels_first", "sources")

    def __init__(self, channels_first: bool, sources: frozenset[str]) -> None:
        self.channels_first = channels_first
        self.sources = sources


def mark_of(tensor: torch.Tensor) -> Mark:
    return getattr(tensor, _MARK, None) or Mark(False, frozenset())


def set_mark(tensor: torch.Tensor, channels_first: bool, sources: frozenset[str]) -> None:
    setattr(tensor, _MARK, Mark(channels_first, sources))


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """Every tensor inside nested tuples, lists and dicts."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from tensors_in(item)
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from tensors_in(item)


class Tracing(TorchFunctionMode):
    """Carry the marks from the inputs of every torch function to its results."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        produced = list(tensors_in(result))
        if produced:
            self._carry(getattr(func, "__name__", ""), list(tensors_in((args, kwargs or {}))), produced)
        return result

    @staticmethod
    def _carry(name: str, given: list[torch.Tensor], produced: list[torch.Tensor]) -> None:
        marks = [mark_of(tensor) for tensor in given]
        sources = frozenset().union(*(mark.sources for mark in marks)) if marks else frozenset()
        ranks = {tensor.dim() for tensor, mark in zip(given, marks, strict=True) if mark.channels_first}
        for tensor in produced:
            kept = tensor.dim() in ranks and name not in _END_CHANNELS_FIRST
            made = name in _MAKE_CHANNELS_FIRST and tensor.dim() >= 3
            if name == "pad" and not kept:
                made = False
            set_mark(tensor, kept or made, sources)


def canonical(tensor: torch.Tensor) -> NDArray:
    """The tensor as NumPy in canonical order (channels last)."""
    array = tensor.detach().cpu().numpy()
    if mark_of(tensor).channels_first and array.ndim >= 3:
        array = np.moveaxis(array, 1, -1)
    return np.ascontiguousarray(array)
