"""How the inputs and outputs of a user's own Torch module correspond to those of the Keras model.

Names decide where they agree, order where they do not. Whether an input has its channels on axis 1 is what the module
takes: images do, sequences do if a convolution reads them first; the other way is tried where that raises.
"""

from __future__ import annotations

import dataclasses
import inspect
import itertools
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.modules.lazy import LazyModuleMixin

from parity.errors import UsageError
from parity.recording import Arrays
from parity.sides.common import by_name
from parity.sides.source import last_line
from parity.sides.torch_reading import Reading
from parity.sides.torch_trace import canonical, mark_of, set_mark, tensors_in

NUMBERED = re.compile(r"input\d+")
"""Names that say no more than an order, and count from 0 or from 1."""
Run = Callable[[Mapping[str, torch.Tensor]], Any]
UNFIT = (RuntimeError, ValueError, IndexError, TypeError, KeyError)
"""What a module raises that is given axes in another order than its own."""
FIRST, LAST, FRAMES = "channels first", "channels last", "steps before channels"


@dataclass(frozen=True)
class Binding:
    """Inputs by their Keras name.

    Args:
        arguments: Keras input -> argument of ``forward``; empty where inputs go by position.
        channels_first: inputs whose axis 1 holds the channels.
        outputs: Torch output -> Keras output; empty keeps the Torch names.
        images: outputs, by their Keras name, that code of the module has given channels first.
        plain: outputs that have Keras's axes as they are, whatever made them.
        form: what one argument takes all inputs in; by their Keras names, where it is a dict.
        frames: those of ``channels_first`` that the module takes with their steps in front of the channels.
    """

    arguments: Mapping[str, str] = field(default_factory=dict)
    channels_first: frozenset[str] = frozenset()
    outputs: Mapping[str, str] = field(default_factory=dict)
    images: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    form: type | None = None
    frames: frozenset[str] = frozenset()

    def run(self, model: Callable[..., Any], tensors: Mapping[str, torch.Tensor]) -> Any:
        """Call ``model``."""
        tensors = {name: _frames(tensor) if name in self.frames else tensor for name, tensor in tensors.items()}
        if self.form is not None:
            return model(dict(tensors) if self.form is dict else self.form(tensors.values()))
        if not self.arguments:
            return model(*tensors.values())
        return model(**{self.arguments[name]: tensor for name, tensor in tensors.items()})

    def named(self, outputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Outputs under their Keras names; those that Keras lacks are left out where the module names its outputs."""
        if self.outputs:
            outputs = {self.outputs[name]: tensor for name, tensor in outputs.items() if name in self.outputs}
        for name in (self.images | self.plain) & outputs.keys():
            set_mark(outputs[name], name in self.images, mark_of(outputs[name]).sources)
        return outputs


def _frames(film: torch.Tensor) -> torch.Tensor:
    """(N, C, T, H, W) as (N, T, C, H, W), in memory too: code views steps as samples."""
    return film.transpose(1, 2).contiguous()


Bound = tuple[Binding, dict[str, Any]]
"""How a module takes its inputs, and the outputs that it gives for them."""


@contextmanager
def bound(model: nn.Module, binding: Binding, names: Sequence[str]) -> Iterator[None]:
    """``model`` takes its inputs by position, in the order of ``names``, and gives its outputs by their Keras name."""
    original = model.forward

    def forward(*tensors: torch.Tensor) -> dict[str, torch.Tensor]:
        return binding.named(named_outputs(binding.run(original, dict(zip(names, tensors, strict=True)))))

    model.forward = forward
    try:
        yield
    finally:
        model.forward = original


def bind(model: nn.Module, inputs: Arrays, expected: Mapping[str, tuple[int, ...]], dtype: str) -> Binding:
    """Find out how ``model`` takes ``inputs`` and how its outputs are called in Keras.

    Args:
        expected: shapes of the Keras outputs for the same inputs.

    Raises:
        UsageError: it cannot be run on them in any axis order.
    """
    binding, produced = _run(model, inputs, dtype)
    names = Binding(outputs=_outputs(produced, expected))
    named = names.named(produced)
    return replace(binding, outputs=names.outputs, images=_images(named, expected), plain=_plain(named, expected))


def materialize(model: nn.Module, inputs: Arrays | None, dtype: str) -> None:
    """Run a model whose layers take their sizes from their first inputs, if it has any.

    Raises:
        UsageError: there are no inputs, or it cannot be run on them.
    """
    lazy = [path for path, module in model.named_modules() if _waits(module)]
    if not lazy:
        return
    if not inputs:
        raise UsageError(
            f"torch: {lazy[0]} takes its sizes from its first input, and there is none", "give its shapes by --input"
        )
    training = model.training
    _run(model.eval(), inputs, dtype)
    model.train(training)


def _waits(module: nn.Module) -> bool:
    return isinstance(module, LazyModuleMixin) and bool(module.has_uninitialized_params())


def _run(model: nn.Module, inputs: Arrays, dtype: str) -> Bound:
    """How it takes its inputs, and its outputs, in the first order of axes in which it runs, or in one that it reads.

    Code that cuts a sequence into others runs in either order; a layer that gets the channels tells which is meant.
    """
    arguments = _arguments(model, list(inputs))
    problem: Exception | None = None
    for form, (first, frames) in itertools.product((None, list, dict), _orders(model, inputs)):
        try:
            found, by_channels = _tried(model, inputs, dtype, Binding(arguments, first, form=form, frames=frames))
        except (*UNFIT, AttributeError) as raised:
            if form is None and isinstance(raised, AttributeError):
                raise
            problem = problem or raised
            continue
        doubted = {name for name in first - by_channels if inputs[name].shape[-1] > 1}
        return (_read_otherwise(model, inputs, dtype, found[0], doubted) if doubted else None) or found
    assert problem is not None
    shapes = ", ".join(f"{name} {array.shape}" for name, array in inputs.items())
    raise UsageError(
        f"the torch model cannot be run on {shapes}: {last_line(problem)}", "give the shapes that it takes by --input"
    )


def _tried(model: nn.Module, inputs: Arrays, dtype: str, binding: Binding) -> tuple[Bound, frozenset[str]]:
    """Also the inputs whose channels are what the first layer takes for features."""
    first, waits = binding.channels_first, any(map(_waits, model.modules()))
    tensors = {name: native(array, name, dtype, name in first, True) for name, array in inputs.items()}
    reading = Reading(tensors, first)
    with torch.no_grad(), nullcontext() if waits else reading:
        produced = named_outputs(binding.run(model, tensors))
    return (binding, _unmarked(produced, tensors.values())), first if waits else reading.by_channels


def _unmarked(outputs: Mapping[str, Any], inputs: Collection[torch.Tensor]) -> dict[str, Any]:
    """Without what the reading of the inputs told of them: the runs that follow are not told it."""
    kept = {id(tensor) for tensor in inputs}
    return {
        name: value.detach() if isinstance(value, torch.Tensor) and id(value) not in kept else value
        for name, value in outputs.items()
    }


def _read_otherwise(
    model: nn.Module, inputs: Arrays, dtype: str, binding: Binding, doubted: Collection[str]
) -> Bound | None:
    """With the channels last of inputs that are read by their channels then; None if none is."""
    for names in dict.fromkeys([frozenset(doubted), *(frozenset({name}) for name in sorted(doubted))]):
        with suppress(*UNFIT):
            last = replace(binding, channels_first=binding.channels_first - names)
            found, by_channels = _tried(model, inputs, dtype, last)
            if names <= by_channels:
                return found
    return None


def _arguments(model: nn.Module, names: Sequence[str]) -> dict[str, str]:
    parameters = inspect.signature(model.forward).parameters.values()
    known = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    if len(known) < len(names):
        return {}
    told = {name for name in names if name in known}
    if len(told) < len(names):
        told = {name for name in told if not NUMBERED.fullmatch(name)}
    free = [name for name in known if name not in told]
    return {name: name if name in told else free.pop(0) for name in names}


def _orders(model: nn.Module, inputs: Arrays) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Which inputs to take channels first, and which of them with their steps before, the likeliest guess first."""
    first = next((m for m in model.modules() if isinstance(m, (nn.Conv1d, nn.Linear, nn.RNNBase))), None)
    by_volume = any(isinstance(m, (nn.Conv3d, nn.ConvTranspose3d)) for m in model.modules())
    options = [_orders_of(array, isinstance(first, nn.Conv1d), by_volume) for array in inputs.values()]
    return [
        (
            frozenset(name for name, order in zip(inputs, orders, strict=True) if order != LAST),
            frozenset(name for name, order in zip(inputs, orders, strict=True) if order == FRAMES),
        )
        for orders in itertools.product(*options)
    ]


def _orders_of(array: NDArray, sequences_first: bool, by_volume: bool) -> list[str]:
    """Places of the channels that an input may have: a film is a volume, or images one after another."""
    if array.ndim < 3 or not (array.ndim > 3 or np.issubdtype(array.dtype, np.floating)):
        return [LAST]
    if array.ndim == 5:
        return [FIRST, LAST, FRAMES] if by_volume else [FRAMES, FIRST, LAST]
    return [FIRST, LAST] if array.ndim >= 4 or sequences_first else [LAST, FIRST]


def native(array: NDArray, name: str, dtype: str, channels_first: bool, long: bool = False) -> torch.Tensor:
    """A freshly allocated tensor in the axes that the module takes; ``long`` makes whole numbers int64."""
    if channels_first:
        array = np.moveaxis(array, -1, 1)
    tensor = torch.from_numpy(np.array(array, order="C"))
    if tensor.is_floating_point():
        tensor = tensor.to(getattr(torch, dtype))
    elif long and tensor.dtype != torch.bool:
        tensor = tensor.long()
    set_mark(tensor, channels_first, frozenset({f"input:{name}"}))
    return tensor


def named_outputs(outputs: Any) -> dict[str, torch.Tensor]:
    """Every tensor among the outputs, by name or number.

    Raises:
        UsageError: there is none.
    """
    if dataclasses.is_dataclass(outputs) and not isinstance(outputs, (Mapping, type)):
        outputs = vars(outputs)
    if isinstance(outputs, (list, tuple)):
        outputs = [each for each in outputs if next(tensors_in(each), None) is not None]
    found = {name: value for name, value in by_name(outputs).items() if isinstance(value, torch.Tensor)}
    if not found:
        raise UsageError(
            f"the torch model returns a {type(outputs).__name__} without a tensor",
            "return a tensor, or several in a tuple, list, dict or dataclass",
        )
    return found


def _images(produced: Mapping[str, torch.Tensor], expected: Mapping[str, tuple[int, ...]]) -> frozenset[str]:
    """Outputs whose axes are those of Keras once the channels are last, though no layer for images made them."""
    shapes = {name: tuple(canonical(tensor).shape) for name, tensor in produced.items()}
    return frozenset(
        name
        for name, shape in shapes.items()
        if len(shape) >= 4
        and shape != expected.get(name, shape)
        and (shape[0], *shape[2:], shape[1]) == tuple(expected[name])
    )


def _plain(produced: Mapping[str, torch.Tensor], expected: Mapping[str, tuple[int, ...]]) -> frozenset[str]:
    """Outputs that have the axes of Keras as they are, and would not with the channels last."""
    shapes = {name: tuple(tensor.shape) for name, tensor in produced.items() if tensor.dim() > 2}
    return frozenset(
        name
        for name, shape in shapes.items()
        if shape == tuple(expected.get(name, ())) != (shape[0], *shape[2:], shape[1])
    )


def _outputs(produced: dict[str, torch.Tensor], expected: Mapping[str, tuple[int, ...]]) -> dict[str, str]:
    """By name; else the first of the same shape; else by position. Numbered outputs that are left keep their names."""
    if set(produced) == set(expected):
        return {}
    free = dict(produced)
    found = {}
    for name, shape in expected.items():
        fitting = [other for other, tensor in free.items() if canonical(tensor).shape == tuple(shape)]
        chosen = name if name in free else next(iter(fitting or free), None)
        if chosen is not None:
            found[chosen] = name
            del free[chosen]
    return found | {other: other for other in free if other.startswith("output")}
