"""The same layer with other attributes, in another mode, or with other stored tensors."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

from parity.sides.torch_trace import tensor_like
from parity.sides.torch_trials.call import Call, changed


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


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "set": set_attributes,
    "evaluate": evaluate,
    "train": train,
    "weights": set_weights,
    "shift rows": shift_rows,
}
