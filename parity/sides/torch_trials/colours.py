"""Pictures of three colours: the weights that make them grey, and the order of the colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

from parity.sides.torch_trace import native_like, tensor_like
from parity.sides.torch_trials.call import Call, first
from parity.sides.torch_trials.inputs import like_input

ALIKE = 0.01
"""Weights of colours add up to one, with the rounding that their authors have left in them."""


def grey_by_weights(call: Call, picture: Any, reference: Any) -> torch.Tensor | None:
    """The grey of the reference, where it and one's own are sums of the colours whose weights add up to the same."""
    own = first(call.result)
    colours = tensor_like(picture, own).flatten(0, 2)
    wanted = native_like(reference, own)
    if wanted.shape != own.shape:
        return None
    mine, theirs = (_weights(colours, _one_plane(value)) for value in (own, wanted))
    if mine is None or theirs is None or abs(mine.sum() / theirs.sum() - 1) > ALIKE:
        return None
    return wanted


def _one_plane(value: torch.Tensor) -> torch.Tensor | None:
    """The grey pixels of all samples in one row; None where the planes are not alike, or there is no image."""
    if value.dim() < 3:
        return None
    grey = value if value.dim() == 3 else value[:, 0] if _has_equal_planes(value, 1) else value[..., 0]
    return grey.flatten() if value.dim() == 3 or any(_has_equal_planes(value, axis) for axis in (1, 3)) else None


def _has_equal_planes(value: torch.Tensor, axis: int) -> bool:
    return value.shape[axis] in (1, 3) and torch.equal(value, value.narrow(axis, 0, 1).expand_as(value))


def _weights(colours: torch.Tensor, grey: torch.Tensor | None) -> torch.Tensor | None:
    """One for each colour, none next to nothing, that make the grey and whatever is added to all of it; else None."""
    if grey is None or len(grey) != len(colours):
        return None
    columns = torch.cat([colours, torch.ones_like(colours[:, :1])], 1)
    found = torch.linalg.lstsq(columns, grey[:, None]).solution
    weights = found[:-1, 0]
    right = torch.allclose(columns @ found, grey[:, None], rtol=1e-9, atol=1e-9)
    return weights if right and bool((weights > ALIKE * weights.sum()).all()) else None


def colours_turned(call: Call, value: Any) -> Any:
    """On the reference's picture, if it is one's own with its colours in the other order; else None."""
    x, wanted = call.input, like_input(value, call)
    if wanted.shape != x.shape:
        return None
    turned = any(torch.allclose(x.flip(axis), wanted) for axis in (1, x.dim() - 1) if x.shape[axis] == 3)
    return call.run(instead=wanted) if turned and not torch.allclose(x, wanted) else None


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "grey by weights": grey_by_weights,
    "colours turned": colours_turned,
}
