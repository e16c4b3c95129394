"""Kernels that code makes of the stored ones: of unit length, standardised, times a gain, each over some axes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from parity.sides.torch_trace import function_name, native_like, tensor_like
from parity.sides.torch_trials.call import Call, first

PRODUCTS = ("linear", "matmul", "rmatmul", "mm", "conv1d", "conv2d", "conv3d")
"""What takes a kernel as its second argument."""
EPSILONS = (0.0, 1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)
SAME = 1e-10
"""Relative to the peak, of a kernel that is made again."""
Axes = tuple[int, ...]


@dataclass(frozen=True)
class Making:
    """How a kernel is made of a stored one.

    Args:
        raw: the stored one, in the axes of the kernel.
        kind: ``plain``, ``unit`` (of length one), ``shares`` (absolute values sum to one), ``centred``, or
            ``standard`` (over the root of variance plus epsilon), ``standard outside`` (over deviation plus epsilon).
        axes: over which that is done.
        gain: what it is multiplied with.
    """

    raw: torch.Tensor
    kind: str = "plain"
    axes: Axes = ()
    epsilon: float = 0.0
    correction: int = 0
    gain: torch.Tensor | None = None
    factor: float = 1.0

    @cached_property
    def made(self) -> torch.Tensor:
        value = self.factor * KINDS[self.kind](self)
        return value if self.gain is None else self.gain * value


def _standard(making: Making) -> torch.Tensor:
    variance = making.raw.var(making.axes, correction=making.correction, keepdim=True)
    return _centred(making) / (variance + making.epsilon).sqrt()


def _standard_outside(making: Making) -> torch.Tensor:
    return _centred(making) / (making.raw.std(making.axes, correction=making.correction, keepdim=True) + making.epsilon)


def _centred(making: Making) -> torch.Tensor:
    return making.raw - making.raw.mean(making.axes, keepdim=True)


KINDS: Mapping[str, Callable[[Making], torch.Tensor]] = {
    "plain": lambda making: making.raw,
    "unit": lambda making: making.raw / making.raw.square().sum(making.axes, keepdim=True).sqrt(),
    "shares": lambda making: making.raw / making.raw.abs().sum(making.axes, keepdim=True),
    "centred": _centred,
    "standard": _standard,
    "standard outside": _standard_outside,
}
STANDARD = ("standard", "standard outside")


def kernel_made(
    call: Call, stored: Sequence[Any], change: str, reference: Any = None, place: int = 0
) -> torch.Tensor | None:
    """With a kernel that is made of the stored one in another way; None where that of PyTorch is made in no known way.

    Args:
        stored: what the layer stores in Keras.
        change: what is made otherwise, one of ``CHANGES``.
        reference: the value that is wanted: of several ways the one that comes nearest to it is taken.
        place: of the way that is taken where there is no reference.
    """
    own = first(call.result)
    tensors = [tensor_like(array, own) for array in stored]
    kernel = _with_kernel(call, None)[1]
    making = None if kernel is None else _making(kernel, tensors)
    others = [] if making is None else list(CHANGES[change](making, tensors))
    if reference is None:
        return _with_kernel(call, others[place].made)[0] if place < len(others) else None
    wanted = native_like(reference, own).reshape(own.shape)
    values = [_with_kernel(call, other.made)[0] for other in others]
    return min(values, key=lambda value: float((value - wanted).abs().max().nan_to_num(torch.inf)), default=None)


def _with_kernel(call: Call, kernel: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor | None]:
    """The value with another kernel, and the kernel that is there; None where there is not just one."""
    with _Exchange(kernel) as exchange:
        value = first(call.run())
    return value, exchange.met[0] if len(exchange.met) == 1 else None


class _Exchange(TorchFunctionMode):
    """Every product in the block has another kernel, unless that is None; those that were there are kept."""

    def __init__(self, kernel: torch.Tensor | None) -> None:
        super().__init__()
        self.kernel = kernel
        self.met: list[torch.Tensor] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if function_name(func) in PRODUCTS and len(args) > 1 and args[1].dim() > 1:
            self.met.append(args[1])
            args = args if self.kernel is None else (args[0], self.kernel, *args[2:])
        return func(*args, **(kwargs or {}))


def _making(kernel: torch.Tensor, stored: Sequence[torch.Tensor]) -> Making | None:
    """How the kernel is made, by trying; a factor is thought of last."""
    plain = [Making(raw, gain=gain) for raw in _raw(kernel, stored) for gain in _gains(kernel, stored)]
    ways = [way for start in plain for way in (start, *_otherwise(start), *_standardised(start, kernel))]
    for way in ways:
        if _equal(way.made, kernel):
            return way
    scaled = (replace(way, factor=float((way.made * kernel).sum() / way.made.square().sum())) for way in ways)
    return next((way for way in scaled if _equal(way.made, kernel)), None)


def _raw(kernel: torch.Tensor, stored: Sequence[torch.Tensor]) -> Iterator[torch.Tensor]:
    """The stored tensors that may be its source, in its axes: (out, in, *window) or, in a product, (in, out)."""
    for tensor in stored:
        if tensor.dim() == kernel.dim():
            axes = (tensor.dim() - 1, tensor.dim() - 2, *range(tensor.dim() - 2))
            yield from (each for each in (tensor.permute(axes), tensor) if each.shape == kernel.shape)


def _gains(kernel: torch.Tensor, stored: Sequence[torch.Tensor]) -> Iterator[torch.Tensor | None]:
    """None, and what is stored with one number for each output."""
    yield None
    for tensor in stored:
        if tensor.numel() == len(kernel):
            yield tensor.reshape(-1, *(1,) * (kernel.dim() - 1))
        elif kernel.dim() == 2 and tensor.numel() == kernel.shape[1]:
            yield tensor.reshape(1, -1)


def _all_axes(kernel: torch.Tensor) -> list[Axes]:
    """Outputs, inputs and window, each alone and together."""
    parts = [part for part in ((0,), (1,), tuple(range(2, kernel.dim()))) if part]
    groups = (combinations(parts, count) for count in range(1, len(parts) + 1))
    return [tuple(chain(*group)) for group in chain(*groups)]


def _otherwise(start: Making) -> Iterator[Making]:
    """Every making without numbers."""
    for axes in _all_axes(start.raw):
        yield from (replace(start, kind=kind, axes=axes) for kind in ("unit", "shares", "centred"))


def _standardised(start: Making, kernel: torch.Tensor) -> Iterator[Making]:
    """Every way to standardise over axes along which the kernel has no mean but for its gain."""
    bare = kernel if start.gain is None else kernel / start.gain
    for axes in _all_axes(start.raw):
        if bare.mean(axes).abs().max() <= SAME * bare.abs().max():
            yield from _standardised_over(start, axes)


def _standardised_over(start: Making, axes: Axes) -> Iterator[Making]:
    for correction in (0, 1):
        yield from _with_epsilon(replace(start, kind="standard", axes=axes, correction=correction))


def _with_epsilon(way: Making) -> Iterator[Making]:
    for kind in STANDARD:
        yield from (replace(way, kind=kind, epsilon=epsilon) for epsilon in EPSILONS)


def _equal(one: torch.Tensor, other: torch.Tensor) -> bool:
    return bool((one - other).abs().max() <= SAME * other.abs().max())


def _over_other_axes(way: Making, stored: Sequence[torch.Tensor]) -> Iterator[Making]:
    """Of a square kernel nothing but the axes tells which way it lies."""
    if way.kind == "plain":
        return
    yield from (replace(way, axes=axes) for axes in _all_axes(way.raw) if axes != way.axes)
    if _is_square(way):
        yield replace(way, raw=way.raw.T, axes=tuple(1 - axis for axis in way.axes))


def _with_other_correction(way: Making, stored: Sequence[torch.Tensor]) -> Iterator[Making]:
    if way.kind in STANDARD:
        yield replace(way, correction=1 - way.correction)


def _with_other_epsilon(way: Making, stored: Sequence[torch.Tensor]) -> Iterator[Making]:
    if way.kind in STANDARD:
        yield from _with_epsilon(way)


def _of_another_kind(way: Making, stored: Sequence[torch.Tensor]) -> Iterator[Making]:
    """Not made at all, or made where it was not, or in another way over the same axes."""
    if way.kind != "plain":
        yield replace(way, kind="plain")
    yield from (each for each in _otherwise(way) if way.axes in ((), each.axes) and each.kind != way.kind)
    if way.kind not in STANDARD:
        yield from _standardised_over(way, way.axes or tuple(range(1, way.raw.dim())))


def _with_other_gain(way: Making, stored: Sequence[torch.Tensor]) -> Iterator[Making]:
    yield from (replace(way, gain=gain) for gain in _gains(way.raw, stored) if gain is not way.gain)


def _turned(way: Making, stored: Sequence[torch.Tensor]) -> Iterator[Making]:
    if _is_square(way):
        yield replace(way, raw=way.raw.T)


def _is_square(way: Making) -> bool:
    return way.raw.dim() == 2 and way.raw.shape[0] == way.raw.shape[1]


CHANGES: Mapping[str, Callable[[Making, Sequence[torch.Tensor]], Iterator[Making]]] = {
    "axes": _over_other_axes,
    "correction": _with_other_correction,
    "epsilon": _with_other_epsilon,
    "gain": _with_other_gain,
    "kind": _of_another_kind,
    "turned": _turned,
}

ACTIONS: Mapping[str, Callable[..., Any]] = {"kernel made": kernel_made}
