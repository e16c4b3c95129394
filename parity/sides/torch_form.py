"""In what form a user's module gives its outputs, and a user's loss takes them with their targets."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from parity.goals import Goals, Several, each_of
from parity.sides.torch_binding import named_outputs
from parity.sides.torch_trace import channels_last, mark_of

Outputs: TypeAlias = NDArray | tuple[NDArray, ...]
"""One output in canonical order, or all of several in the order of Keras."""


class Targets(tuple[Tensor, ...]):
    """In the order of the outputs and by their names: nobody has said which of them a loss wants."""

    names: tuple[str, ...]

    def __new__(cls, names: Sequence[str], tensors: Sequence[Tensor]) -> Targets:
        made = super().__new__(cls, tensors)
        made.names = tuple(names)
        return made

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self.names.index(key) if isinstance(key, str) else key)


@dataclass(frozen=True)
class Form:
    """What a module has returned, in which other tensors can take the place of its own.

    Args:
        raw: a tensor, or several in a list, tuple, dict or dataclass.
        tensors: those of it that are outputs, in the order of Keras.
    """

    raw: Any
    tensors: tuple[Tensor, ...]

    @classmethod
    def of(cls, raw: Any, order: Sequence[str] = (), names: Mapping[str, str] | None = None) -> Form:
        """Of what a module returns.

        Args:
            raw: what it returns.
            order: the outputs of Keras.
            names: those that the module calls otherwise, Torch -> Keras.
        """
        named = {(names or {}).get(name, name): tensor for name, tensor in named_outputs(raw).items()}
        chosen = [named[name] for name in order if name in named]
        return cls(raw, tuple(chosen or named.values()))

    @property
    def first(self) -> tuple[bool, ...]:
        """For each output, whether its channels are on axis 1."""
        return tuple(tensor.dim() > 2 and mark_of(tensor).channels_first for tensor in self.tensors)

    @property
    def canonical(self) -> list[Tensor]:
        return [channels_last(tensor) for tensor in self.tensors]

    def filled(self, canonical: Sequence[Tensor]) -> Any:
        """The same with other tensors, given in canonical order."""
        moved = [x.movedim(-1, 1) if first else x for x, first in zip(canonical, self.first, strict=True)]
        return _with(self.raw, {id(own): other for own, other in zip(self.tensors, moved, strict=True)})

    def kept(self) -> Form:
        """Without what the tensors were computed from."""
        others = {id(tensor): tensor.detach() for tensor in self.tensors}
        for tensor in self.tensors:
            vars(others[id(tensor)]).update(vars(tensor))  # marks
        return Form(_with(self.raw, others), tuple(others[id(tensor)] for tensor in self.tensors))

    def targets(self, goals: Goals, dtype: str) -> Any:
        """As the loss takes them: a target of every pixel has its channels where PyTorch has those of the output."""
        tensors = [target_of(array, dtype) for array in each_of(goals)]
        if len(tensors) == len(self.tensors):
            tensors = list(map(_beside, tensors, self.canonical, self.first))
        if not isinstance(goals, Several):
            return tensors[0]
        if goals.by_name:
            return dict(zip(goals.names, tensors, strict=True))
        return tuple(tensors) if goals.by_name is False else Targets(goals.names, tensors)


def target_of(array: NDArray, dtype: str) -> Tensor:
    """Whole numbers are labels."""
    tensor = torch.from_numpy(np.array(array))
    return tensor.to(getattr(torch, dtype)) if tensor.is_floating_point() else tensor.long()


def _beside(target: Tensor, canonical: Tensor, first: bool) -> Tensor:
    """Whatever the number of rows, which may be another one."""
    return target.movedim(-1, 1) if first and target.dim() > 2 and target.shape[1:] == canonical.shape[1:] else target


def _with(raw: Any, others: Mapping[int, Tensor]) -> Any:
    """A copy with other tensors in the place of some."""
    if isinstance(raw, Tensor):
        return others.get(id(raw), raw)
    if isinstance(raw, Mapping):
        made: Any = copy.copy(raw)
        for name, value in raw.items():
            made[name] = _with(value, others)
        return made
    if isinstance(raw, (list, tuple)):
        found = [_with(each, others) for each in raw]
        return type(raw)(*found) if hasattr(raw, "_fields") else type(raw)(found)
    if dataclasses.is_dataclass(raw) and not isinstance(raw, type):
        return dataclasses.replace(raw, **{name: _with(value, others) for name, value in vars(raw).items()})
    return raw
