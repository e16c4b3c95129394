"""What is added in front of an operation or by it, and the order of what it joins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, combinations
from typing import Any

import torch

from parity.sides.torch_trace import mark_of, native_like, tensor_like, tensors_in
from parity.sides.torch_trials.call import Call, first
from parity.sides.torch_trials.factors import factor_between
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
    for shift in range(1, wanted.shape[1] - 1):  # two steps at least tell
        ahead, behind = wanted[:, shift:], wanted[:, :-shift]
        if torch.allclose(ahead, own[:, :-shift], atol=1e-9) or torch.allclose(behind, own[:, shift:], atol=1e-9):
            return call.input + wanted
    return None


def addend_turned(call: Call, place: int) -> Any:
    """With rows for columns in a constant that is added: two of its axes, as long, exchanged; the ``place``-th two."""
    constants = [value for value in tensors_in(call.args) if value is not call.input and not mark_of(value).sources]
    constant = next((value for value in constants if value.dim() > 1), None)
    if constant is None:
        return None
    long = [axis for axis, size in enumerate(constant.shape) if size > 1]
    couples = [couple for couple in combinations(long, 2) if len({constant.shape[axis] for axis in couple}) == 1]
    turned = constant.transpose(*couples[place]) if place < len(couples) else None
    return None if turned is None else exchanged(call, {id(constant): turned})


def another_table(call: Call, value: Any, multiple: bool = False) -> torch.Tensor | None:
    """The reference, where both sides add to every sample alike, and not the same; else None.

    Args:
        multiple: what it adds is one number times one's own.
    """
    wanted = tensor_like(value, call.input) - call.input
    own = first(call.result) - call.input
    tables = all(torch.allclose(each, each[:1].expand_as(each)) and each.abs().max() > 0 for each in (own, wanted))
    tables = tables and not torch.allclose(wanted, wanted.flatten()[0].expand_as(wanted))
    tables = tables and not (multiple and factor_between(own.flatten(), wanted.flatten()) is None)
    return call.input + wanted[:1] if tables and call.input.dim() > 2 else None


def other_joined_tables(call: Call, value: Any) -> torch.Tensor | None:
    """What is joined with tables that are the same for every sample, with those of the reference; None without any."""
    own, given = first(call.result), list(tensors_in((call.args, dict(call.options))))
    wanted = native_like(value, own)
    axis, pieces = _joined(own, given) if wanted.shape == own.shape else (0, [])
    result, end = own.clone(), 0
    for piece in given if pieces and axis else ():
        begin, end = end, end + (piece.shape[axis] if piece.dim() == own.dim() else 1)
        table = wanted.narrow(axis, begin, end - begin)
        if not mark_of(piece).sources and torch.equal(table, table[:1].expand_as(table)):
            result.narrow(axis, begin, end - begin).copy_(table)
    return None if torch.equal(result, own) else result


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


def joined_in_order(call: Call, order: Sequence[int]) -> Any:
    """The same values in another order; None where there are not as many."""
    values = call.args[0] if call.args else call.options.get("tensors")
    if not isinstance(values, (tuple, list)) or len(values) != len(order):
        return None
    options = {name: value for name, value in call.options.items() if name != "tensors"}
    return call.function([values[place] for place in order], *call.args[1:], **options)  # type: ignore[misc]


def joined_in_turn(call: Call, reference: Any) -> torch.Tensor | None:
    """The same slices along the axis where values are joined, in a few runs that have changed places; else None."""
    own = first(call.result)
    wanted = native_like(reference, own)
    if wanted.shape != own.shape:
        return None
    for axis in range(1, own.dim()):
        order, runs = _order_between(own, wanted, axis)
        value = own.index_select(axis, order)
        if 1 < runs <= RUNS and torch.allclose(value, wanted, rtol=1e-9, atol=1e-12):
            return value
    return None


def repeated_otherwise(call: Call, reference: Any) -> torch.Tensor | None:
    """The same slices along one axis in any other order, some of them being equal; else None."""
    own = first(call.result)
    wanted = native_like(reference, own)
    for axis in range(1, own.dim()) if wanted.shape == own.shape else ():
        value = own.index_select(axis, _order_between(own, wanted, axis)[0])
        if torch.allclose(value, wanted, rtol=1e-9, atol=1e-12):
            return value
    return None


def _order_between(own: torch.Tensor, wanted: torch.Tensor, axis: int) -> tuple[torch.Tensor, int]:
    """The order of the slices of ``own`` that makes them ``wanted``, if one does, and in how many runs.

    Slices that are equal, such as features that nothing excites, could stand for each other: they end no run.
    """
    keys = [x.movedim(axis, 0).flatten(1) for x in (own, wanted)]
    weights = torch.linspace(1, 2, keys[0].shape[1]).to(own).sin()
    sums, places = zip(*((key @ weights).sort() for key in keys), strict=True)
    order = places[0][places[1].argsort()]
    alike = torch.isclose(sums[1][1:], sums[1][:-1], rtol=1e-9, atol=1e-12)
    single = torch.ones(len(order), dtype=torch.bool)
    single[places[1][1:][alike]] = single[places[1][:-1][alike]] = False
    moved = (order - torch.arange(len(order)))[single]
    return order, 1 + int((moved.diff() != 0).sum())


def joined_like(call: Call, reference: Any) -> torch.Tensor | None:
    """The same values joined in the order in which the reference has them; None where it has another one."""
    own = first(call.result)
    wanted = native_like(reference, own).reshape(own.shape)
    axis, parts = _joined(own, list(tensors_in((call.args, dict(call.options)))))
    ordered: list[torch.Tensor] = []
    begin = 0
    while parts:
        number = next((n for n, part in enumerate(parts) if _stands_at(wanted, axis, begin, part)), None)
        if number is None:
            return None
        ordered.append(parts.pop(number))
        begin += ordered[-1].shape[axis]
    return torch.cat(ordered, axis) if ordered else None


def joined_by_turns(call: Call, reference: Any) -> torch.Tensor | None:
    """The features of equal parts one after the other in place of the parts, or the other way round; else None."""
    own = first(call.result)
    parts = list(tensors_in((call.args, dict(call.options))))
    if len(parts) < 2 or len({x.shape for x in parts}) > 1:
        return None
    axis = 1 if mark_of(own).channels_first else parts[0].dim() - 1
    for value in (torch.stack(parts, axis + 1).flatten(axis, axis + 1), torch.cat(parts, axis)):
        wanted = native_like(reference, own).reshape(value.shape)
        other = own.shape != value.shape or not torch.allclose(own, value)
        if other and torch.allclose(value, wanted, rtol=1e-9, atol=1e-12):
            return value
    return None


def _joined(own: torch.Tensor, given: Sequence[torch.Tensor]) -> tuple[int, list[torch.Tensor]]:
    """The axis of a concatenation, or of a stack, and its pieces along that axis, the longest first; else none."""
    for axis in range(own.dim()):
        stacked = all(x.dim() < own.dim() for x in given)
        pieces = [x.unsqueeze(axis) for x in given] if stacked else given
        if all(x.dim() == own.dim() for x in pieces) and sum(x.shape[axis] for x in pieces) == own.shape[axis]:
            ends = [*accumulate(x.shape[axis] for x in pieces)]
            if all(_stands_at(own, axis, end - x.shape[axis], x) for x, end in zip(pieces, ends, strict=True)):
                return axis, sorted(pieces, key=lambda x: x.shape[axis], reverse=True)
    return 0, []


def _stands_at(whole: torch.Tensor, axis: int, begin: int, part: torch.Tensor) -> bool:
    """The values of a part, from this place along an axis on."""
    size = part.shape[axis]
    if begin + size > whole.shape[axis]:
        return False
    cut = whole.narrow(axis, begin, size)
    return cut.shape == part.shape and bool((cut - part).abs().max() <= 1e-9 * whole.abs().max())


_JOINS: Mapping[str, Callable[..., torch.Tensor]] = {
    "add": torch.add,
    "multiply": torch.mul,
    "average": lambda one, other: (one + other) / 2,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
}
ACTIONS: Mapping[str, Callable[..., Any]] = {
    "add before": add_before,
    "without addend": without_addend,
    "addend shifted": addend_shifted,
    "addend turned": addend_turned,
    "another table": another_table,
    "other joined tables": other_joined_tables,
    "second alone": second_alone,
    "with term": with_term,
    "joined like": joined_like,
    "joined by": joined_by,
    "joined in order": joined_in_order,
    "term turned": term_turned,
    "joined in turn": joined_in_turn,
    "repeated otherwise": repeated_otherwise,
    "joined by turns": joined_by_turns,
}
