"""Inputs of the model: how their channels are scaled and ordered, and the weights of colours that make them grey."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from parity.sides.torch_trace import native_like, tensor_like
from parity.sides.torch_trials.call import Call, first
from parity.sides.torch_trials.inputs import like_input

ROUNDING = 1e-6
"""What float32 leaves of a constant."""
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


@dataclass(frozen=True)
class Prepared:
    """What has for its channels others of an input's, each times a number and with one added."""

    order: tuple[int, ...]
    numbers: tuple[torch.Tensor, torch.Tensor]

    @property
    def is_plain(self) -> bool:
        factors, added = self.numbers
        return bool((factors == 1).all() and (added == 0).all())

    def has_numbers_of(self, other: Prepared) -> bool:
        """The same for every place, or for every channel that stands there."""
        places = all(torch.allclose(a, b) for a, b in zip(self.numbers, other.numbers, strict=True))
        pairs = zip(self.by_channel, other.by_channel, strict=True)
        return places or all(torch.allclose(a, b) for a, b in pairs)

    @property
    def by_channel(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The numbers in the order of the input's channels."""
        places = list(map(self.order.index, range(len(self.order))))
        factors, added = self.numbers
        return factors[places], added[places]


def prepared_like(call: Call, given: Any, value: Any, handed: bool, reordered: bool) -> Any:
    """As the reference has an input, where that is scaled and ordered as one's own may be; else None.

    Args:
        given: the input of the model, canonical order.
        value: the reference.
        handed: it is what a layer was given, and not what the operation gave.
        reordered: the channels stand in another order, or by mistake the numbers do; else the numbers are others.
    """
    own = call.input if handed else first(call.result)
    wanted, start = (like_input(each, call) if handed else native_like(each, own) for each in (value, given))
    if not own.shape == wanted.shape == start.shape:
        return None
    axis = 1 if wanted.shape[1] == np.shape(given)[-1] else wanted.dim() - 1
    mine, theirs = (_preparation(each, start, axis) for each in (own, wanted))
    if mine is None or theirs is None or _only_order(mine, theirs) != reordered or _is_rounded(mine, theirs):
        return None
    return call.run(instead=wanted) if handed else wanted


def _only_order(mine: Prepared, theirs: Prepared) -> bool:
    """The numbers are the same, in this order or that; a plain input has none that could be."""
    turned = all(torch.allclose(a, b.flip(0)) for a, b in zip(mine.numbers, theirs.numbers, strict=True))
    return mine.has_numbers_of(theirs) or (turned and not mine.is_plain)


def _is_rounded(mine: Prepared, theirs: Prepared) -> bool:
    """The numbers are the same but for the type that they are stored in."""
    pairs = zip(mine.numbers, theirs.numbers, strict=True)
    return mine.order == theirs.order and all(torch.allclose(a, b, rtol=ROUNDING, atol=ROUNDING) for a, b in pairs)


def _preparation(value: torch.Tensor, given: torch.Tensor, axis: int) -> Prepared | None:
    """How one was made of the other; None if otherwise."""
    channels = [each.flatten() for each in given.unbind(axis)]
    found = [_made_of(each.flatten(), channels) for each in value.unbind(axis)]
    known = [each for each in found if each is not None]
    order = tuple(number for number, _, _ in known)
    if sorted(order) != list(range(len(channels))):
        return None
    return Prepared(order, (torch.stack([a for _, a, _ in known]), torch.stack([b for _, _, b in known])))


def _made_of(value: torch.Tensor, channels: Sequence[torch.Tensor]) -> tuple[int, torch.Tensor, torch.Tensor] | None:
    """Of which channel, times what, and what is added."""
    for number, channel in enumerate(channels):
        low, high = channel.argmin(), channel.argmax()
        factor = (value[high] - value[low]) / (channel[high] - channel[low])
        added = value[low] - factor * channel[low]
        if torch.allclose(factor * channel + added, value, rtol=1e-9, atol=1e-9):
            return number, factor, added
    return None


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "grey by weights": grey_by_weights,
    "prepared like": prepared_like,
}
