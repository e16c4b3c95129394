"""Which axis of an input the first layer that reads it takes for its features."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import torch

from parity.sides import axes
from parity.sides.torch_trace import Tracing, function_name, mark_of, set_mark

_ON_AXIS_1 = ("conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
FEATURES = {**dict.fromkeys(_ON_AXIS_1, 1), **dict.fromkeys(("linear", "lstm", "gru", "rnn_tanh", "rnn_relu"), -1)}


class Reading(Tracing):
    """Notes which inputs are read by their channels, among other axes or alone.

    Args:
        tensors: the inputs, by name.
        channels_first: those whose axis 1 holds the channels.
    """

    def __init__(self, tensors: Mapping[str, torch.Tensor], channels_first: Collection[str]) -> None:
        super().__init__()
        self._seen: dict[str, bool] = {}
        for name, tensor in tensors.items():
            went = axes.of_image(tensor.shape, name in channels_first) if tensor.dim() > 2 else None
            set_mark(tensor, name in channels_first, frozenset({name}), went=went)

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        axis = FEATURES.get(function_name(func))
        if axis is not None and args and isinstance(args[0], torch.Tensor):
            mark = mark_of(args[0])
            place = None if mark.went is None else axes.place_of_channels(mark.went)
            for name in mark.sources:
                self._seen.setdefault(name, place == axis % args[0].dim())
        return super().__torch_function__(func, types, args, kwargs)

    @property
    def by_channels(self) -> frozenset[str]:
        return frozenset(name for name, is_so in self._seen.items() if is_so)
