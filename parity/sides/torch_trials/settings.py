"""The same layer with other attributes, in another mode, or with other stored tensors."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

from parity.sides.torch_trace import tensor_like
from parity.sides.torch_trials.call import Call, changed, first


def set_attributes(call: Call, **attributes: Any) -> Any:
    """With other attributes, or other arguments of the function."""
    if call.module is not None:
        return call.run(changed(call, **attributes))
    try:
        bound = inspect.signature(call.function).bind(*call.args, **call.options)  # type: ignore[arg-type]
        bound.arguments.update(attributes)
        return call.function(*bound.args, **bound.kwargs)  # type: ignore[misc]
    except (TypeError, ValueError):  # written in C: what is no tensor goes by name, or is left at its default
        tensors = [value for value in call.args if isinstance(value, torch.Tensor)]
        return call.function(*tensors, **{**call.options, **attributes})  # type: ignore[misc]


def evaluate(call: Call) -> Any:
    """In eval mode."""
    return call.run(changed(call).eval())


def train(call: Call) -> Any:
    """In train mode, also a layer that refuses to be set to it."""
    return call.run(changed(call, training=True))


def set_weights(call: Call, **tensors: Any) -> Any:
    """With other stored tensors; names with dots are those of layers inside."""
    module = changed(call)
    for path, value in tensors.items():
        inner, _, name = path.rpartition(".")
        owner = module.get_submodule(inner)
        target = getattr(owner, name)
        if target is None:
            setattr(owner, name, nn.Parameter(tensor_like(value, call.input)))
        else:
            target.copy_(tensor_like(value, target))
    return call.run(module)


def shift_rows(call: Call, shift: int) -> Any:
    """A table whose rows begin elsewhere."""
    module = changed(call)
    module.weight.copy_(torch.roll(module.weight, shift, 0))
    return call.run(module)


def counted_otherwise(call: Call, value: Any) -> torch.Tensor | None:
    """The rows that the reference looked up, where these and one's own are both positions; else None.

    Code may count from any row, and may leave out padding. What is solved for are rows, never numbers.
    """
    table = call.args[1] if call.module is None else call.module.weight
    own, wanted = first(call.result), tensor_like(value, table)
    if any(rows.dim() < 2 or rows.shape[-1:] != table.shape[-1:] for rows in (own, wanted)):
        return None
    found = _rows_in(table, wanted)
    return table[found] if _counts(found) and _counts(_rows_in(table, own)) else None


def _rows_in(table: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """The nearest row of each."""
    nearest = torch.cdist(values.flatten(0, -2), table).argmin(-1)
    return nearest.reshape(values.shape[:-1])


def _counts(numbers: torch.Tensor) -> bool:
    """One more at most steps of a sequence; padding repeats the number before it or has the lowest one."""
    highest = numbers.cummax(-1).values
    steps = highest.diff()
    known = (numbers == highest) | (numbers == numbers.min())
    rising = (steps == 1).double().mean(-1)
    return numbers.shape[-1] > 2 and bool(known.all() and (steps <= 1).all() and rising.max() > 0.5)


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "set": set_attributes,
    "evaluate": evaluate,
    "train": train,
    "weights": set_weights,
    "shift rows": shift_rows,
    "counted otherwise": counted_otherwise,
}
