"""The channels of an image in another order, or mixed otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

from parity.sides.torch_trace import mark_of, native_like
from parity.sides.torch_trials.call import Call, first

COLOURS = 3


def channels_turned(call: Call) -> Any:
    """On the image with its last channel first."""
    axis = _axis(call.input)
    return call.run(instead=call.input.flip(axis)) if call.input.shape[axis] == COLOURS else None


def other_shares(call: Call, value: Any) -> torch.Tensor | None:
    """The reference, if that and one's own result are both sums of the channels of the input, each times a number."""
    own, image = first(call.result), call.input
    axis = _axis(image)
    if image.shape[axis] != COLOURS or own.numel() * COLOURS != image.numel():
        return None
    wanted = native_like(value, own).reshape(own.shape)
    pixels = image.movedim(axis, -1).reshape(-1, COLOURS)
    return wanted if all(_is_mixed(pixels, each.reshape(-1, 1)) for each in (own, wanted)) else None


def _is_mixed(pixels: torch.Tensor, grey: torch.Tensor) -> bool:
    shares = torch.linalg.lstsq(pixels, grey).solution
    return torch.allclose(pixels @ shares, grey, rtol=1e-9, atol=1e-9)


def halves_exchanged(call: Call) -> Any:
    """On its input with the second half of the channels in front of the first."""
    one, other = call.input.chunk(2, _axis(call.input))
    return call.run(instead=torch.cat([other, one], _axis(call.input))) if one.shape == other.shape else None


def _axis(tensor: torch.Tensor) -> int:
    return 1 if mark_of(tensor).channels_first else tensor.dim() - 1


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "channels turned": channels_turned,
    "other shares": other_shares,
    "halves exchanged": halves_exchanged,
}
