"""One operation as it was called, and copies of its layer that may be changed."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn


@dataclass(frozen=True)
class Call:
    """One operation as it was called.

    Args:
        module: the layer, or None for a function.
        function: the function, or None for a layer.
        states: final states that recurrent layers handed out before it; for a cell, behind them what it made the
            last time.
    """

    args: tuple[Any, ...]
    options: Mapping[str, Any]
    result: Any
    module: nn.Module | None = None
    function: Callable[..., Any] | None = None
    states: tuple[Any, ...] = ()

    @property
    def input(self) -> torch.Tensor:
        """The first tensor it was given."""
        given = [value for value in (*self.args, *self.options.values()) if isinstance(value, torch.Tensor)]
        return given[0]

    @property
    def name(self) -> str:
        """Of the function; "" for a layer."""
        return getattr(self.function, "__name__", "")

    def run(self, module: nn.Module | None = None, instead: torch.Tensor | None = None) -> Any:
        """Once more, with another module or another input; inputs are copied, in-place code cannot harm them."""
        given = None if instead is None else self.input
        args = [instead if value is given and instead is not None else _copied(value) for value in self.args]
        options = {
            name: instead if value is given and instead is not None else value for name, value in self.options.items()
        }
        return (module or self.module or self.function)(*args, **options)  # type: ignore[misc]


def _copied(value: Any) -> Any:
    return value.clone() if isinstance(value, torch.Tensor) else value


def first(value: Any) -> torch.Tensor:
    """The first tensor of a result."""
    return value[0] if isinstance(value, (tuple, list)) else value


def changed(call: Call, **attributes: Any) -> Any:
    """A copy of the layer, with other attributes."""
    assert call.module is not None
    module = copy.deepcopy(call.module)
    for name, value in attributes.items():
        setattr(module, name, value)
    return module


def own_kind(module: Any, *kinds: type[nn.Module]) -> Any:
    """A copy of PyTorch's own class, without what somebody's ``forward`` adds."""
    own = next((kind for kind in type(module).__mro__ if kind in kinds), None)
    assert own is not None
    plain = copy.deepcopy(module)
    plain.__class__ = own
    return plain
