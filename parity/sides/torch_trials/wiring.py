"""What is added in front of an operation or by it, and the order of what it joins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from parity.sides.torch_trace import native_like, tensor_like, tensors_in
from parity.sides.torch_trials.call import Call, first
from parity.sides.torch_trials.inputs import exchanged

RUNS = 6
"""So many pieces may have changed places: more than that is no concatenation in another order."""


def add_before(call: Call, value: Any) -> Any:
    """On an input with something added to it."""
    return call.run(instead=call.input + tensor_like(value, call.input))


def without_addend(call: Call) -> torch.Tensor | None:
    """Leave out what is added, if it is the same for every sample."""
    added = first(call.result) - call.input
    alike = added.shape == call.input.shape and torch.allclose(added, added[:1].expand_as(added))
    return call.input if alike else None


def addend_shifted(call: Call, value: Any) -> torch.Tensor | None:
    """With what the reference adds, if that is one's own moved by some steps."""
    wanted, own = tensor_like(value, call.input), (first(call.result) - call.input)[:1]
    for shift in (1, 2):
        ahead, behind = wanted[:, shift:], wanted[:, :-shift]
        if torch.allclose(ahead, own[:, :-shift], atol=1e-9) or torch.allclose(behind, own[:, shift:], atol=1e-9):
            return call.input + wanted
    return None


def another_table(call: Call, value: Any) -> torch.Tensor | None:
    """The reference, where both sides add to every sample alike, and not the same; else None."""
    wanted = tensor_like(value, call.input) - call.input
    own = first(call.result) - call.input
    tables = all(torch.allclose(each, each[:1].expand_as(each)) and each.abs().max() > 0 for each in (own, wanted))
    return call.input + wanted[:1] if tables and call.input.dim() == 3 else None


def second_alone(call: Call) -> torch.Tensor:
    """The second of two values that are joined."""
    return [value for value in call.args if isinstance(value, torch.Tensor)][1]


def with_term(call: Call, kind: str, value: Any) -> torch.Tensor:
    """Joined with one value more."""
    own = first(call.result)
    term = native_like(value, own) if value.ndim == own.dim() else tensor_like(value, own)
    return _JOINS[kind](own, term.reshape(own.shape) if term.numel() == own.numel() else term)


def joined_by(call: Call, kind: str) -> torch.Tensor:
    """The same values, joined in another way."""
    one, other, *_ = tensors_in((call.args, dict(call.options)))
    return _JOINS[kind](one, other)


def term_turned(call: Call, axes: tuple[int, int]) -> torch.Tensor | None:
    """A sum whose term of length one along one of two axes is so along the other; None where no term is."""
    own = first(call.result)
    terms = list(tensors_in((call.args, dict(call.options))))
    turned = [term for term in terms if _is_short_along_one(term, own, axes)]
    return exchanged(call, {id(term): term.transpose(*axes) for term in turned}) if turned else None


def _is_short_along_one(term: torch.Tensor, own: torch.Tensor, axes: tuple[int, int]) -> bool:
    lengths = [sorted(x.shape[axis] for axis in axes) for x in (term, own)] if term.dim() == own.dim() else []
    return bool(lengths) and lengths[0][0] == 1 < lengths[0][1] == lengths[1][0] == lengths[1][1]


def joined_in_turn(call: Call, reference: Any) -> torch.Tensor | None:
    """The same slices along the axis where values are joined, in a few runs that have changed places; else None."""
    own = first(call.result)
    wanted = native_like(reference, own)
    if wanted.shape != own.shape:
        return None
    for axis in range(1, own.dim()):
        order = _order_between(own, wanted, axis)
        value = own.index_select(axis, order)
        if 1 < 1 + int((order.diff() != 1).sum()) <= RUNS and torch.allclose(value, wanted, rtol=1e-9, atol=1e-12):
            return value
    return None


def _order_between(own: torch.Tensor, wanted: torch.Tensor, axis: int) -> torch.Tensor:
    """The order of the slices of ``own`` that makes them ``wanted``, if one does."""
    keys = [x[0].movedim(axis - 1, 0).flatten(1) for x in (own, wanted)]
    weights = torch.linspace(1, 2, keys[0].shape[1]).to(own).sin()
    places = [(key @ weights).argsort() for key in keys]
    return places[0][places[1].argsort()]


def permuted(call: Call, order: Sequence[int]) -> torch.Tensor:
    """A concatenation of the same tensors in another order."""
    parts = call.args[0]
    return call.function([parts[place] for place in order], *call.args[1:], **call.options)  # type: ignore[misc]


_JOINS: Mapping[str, Callable[..., torch.Tensor]] = {
    "add": torch.add,
    "multiply": torch.mul,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
}
ACTIONS: Mapping[str, Callable[..., Any]] = {
    "add before": add_before,
    "without addend": without_addend,
    "addend shifted": addend_shifted,
    "another table": another_table,
    "second alone": second_alone,
    "with term": with_term,
    "joined by": joined_by,
    "permuted": permuted,
    "term turned": term_turned,
    "joined in turn": joined_in_turn,
}
