"""Statistics of a norm, and the scale and shift behind an operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.overrides import TorchFunctionMode

from parity.kinds import SPREADS
from parity.sides.torch_trace import mark_of, native_like, set_mark, tensor_like
from parity.sides.torch_trials.call import Call, changed, first
from parity.sides.torch_trials.functions import FUNCTIONS, per_channel

ARGUMENTS: Mapping[str, tuple[str, ...]] = {"mean": ("input", "dim"), "norm": ("input", "p", "dim")}
"""Of functions that are given axes, where they are not those of a variance."""
SMALL = 0.01
"""What is added to a divisor is no larger."""


def affine(call: Call, scale: Any = None, shift: Any = None) -> torch.Tensor:
    """Scale and shift of the last axis in canonical order."""
    return _scaled_and_shifted(call, call.run(), scale, shift)


def set_affine(call: Call, eps: float, scale: Any = None, shift: Any = None) -> torch.Tensor:
    """Scale and shift after another epsilon."""
    return _scaled_and_shifted(call, call.run(changed(call, eps=eps)), scale, shift)


def set_shifted(call: Call, shift: Any, **attributes: Any) -> torch.Tensor:
    """With other attributes, and a bias."""
    return _scaled_and_shifted(call, call.run(changed(call, **attributes)), None, shift)


def _scaled_and_shifted(call: Call, value: Any, scale: Any, shift: Any) -> torch.Tensor:
    """A value that has the axes of the call's result."""
    result, channels_first = first(value), mark_of(first(call.result)).channels_first
    if scale is not None:
        result = result * per_channel(scale, result, channels_first)
    return result if shift is None else result + per_channel(shift, result, channels_first)


def swap_statistics(call: Call) -> Any:
    """With running mean and variance exchanged."""
    norm = changed(call)
    mean, variance = norm.running_mean.clone(), norm.running_var.clone()
    norm.running_mean.copy_(variance)
    norm.running_var.copy_(mean)
    return call.run(norm)


def with_statistics(call: Call, moving_mean: Any, moving_variance: Any) -> Any:
    """With running statistics instead of those of the batch."""
    norm = call.module
    assert isinstance(norm, nn.modules.batchnorm._BatchNorm)
    mean, variance = (tensor_like(array, call.input) for array in (moving_mean, moving_variance))
    return F.batch_norm(call.input, mean, variance, norm.weight, norm.bias, False, 0.0, norm.eps)


def response_norm(call: Call, power: int, widened: int) -> torch.Tensor:
    """With alpha times a power of the size, and a size that was meant as half of the window, or the other way round."""
    names = ("size", "alpha", "beta", "k")
    told = dict(zip(names, call.args[1:], strict=False)) | dict(call.options)
    numbers = told if call.module is None else {name: getattr(call.module, name) for name in names}
    size = {0: numbers["size"], 1: 2 * numbers["size"] + 1, -1: (numbers["size"] - 1) // 2}[widened]
    alpha = numbers.get("alpha", 1e-4) * size**power
    return F.local_response_norm(call.input, **{**numbers, "size": size, "alpha": alpha})


def gain_moved(call: Call, by: float) -> Any:
    """With a stored scale so much larger or smaller: one side keeps the gain, the other what it has beyond one."""
    norm = changed(call)
    norm.weight.add_(by)
    return call.run(norm)


def axes_exchanged(call: Call, axes: tuple[int, int]) -> torch.Tensor:
    """As if two axes of its input, which are as long, were each other."""
    return first(call.run(instead=call.input.transpose(*axes))).transpose(*axes)


def norm_by_hand(
    call: Call, value: Any, kind: str, epsilon: float, others: Sequence[float], **tensors: Any
) -> torch.Tensor | None:
    """A norm of the reference's input, where one's own is that norm with one of the other epsilons; else None."""
    own = first(call.result)
    x = native_like(value, own)
    set_mark(x, mark_of(own).channels_first, frozenset())
    same = (FUNCTIONS[kind](x, epsilon=other, **tensors) for other in others if other != epsilon)
    written = any(torch.allclose(each, own, rtol=1e-9, atol=1e-12) for each in same)
    return FUNCTIONS[kind](x, epsilon=epsilon, **tensors) if written else None


def other_correction(call: Call) -> Any:
    """A variance or deviation over n for one over n - 1, or the other way round; all of them inside a layer."""
    if call.module is None:
        assert call.function is not None
        return _with_other_correction(call.function, call.args, call.options)
    assert not type(call.module).forward.__module__.startswith("torch.")
    with _OtherCorrection():
        return call.run()


def statistic_over(call: Call, over: str) -> Any:
    """A mean, variance or deviation over other axes, which stay as axes of length one.

    Args:
        over: ``channels``, ``space`` or ``sample`` for both.
    """
    x = call.input
    channels = 1 if mark_of(x).channels_first else x.dim() - 1
    axes = {
        "channels": (channels,),
        "space": tuple(axis for axis in range(1, x.dim()) if axis != channels),
        "sample": tuple(range(1, x.dim())),
    }
    names = ARGUMENTS.get(call.name, ("input", "dim", "unbiased"))
    bound = dict(zip(names, call.args, strict=False)) | dict(call.options)
    kept = {name: bound[name] for name in ("unbiased", "correction", "p") if name in bound}
    return call.function(x, dim=axes[over], keepdim=True, **kept)  # type: ignore[misc]


def other_epsilon(call: Call, epsilon: float) -> Any:
    """With another small number added to keep a divisor from zero; None where no small number is."""
    tensors = [value for value in call.args if isinstance(value, torch.Tensor)]
    small = [value for value in call.args if isinstance(value, float) and 0 < value <= SMALL]
    return tensors[0] + epsilon if len(tensors) == len(small) == 1 else None


def epsilon_of(call: Call, value: Any) -> torch.Tensor | None:
    """The reference, where both sides add a small number, and not the same; else None."""
    x, own = call.input, first(call.result)
    wanted = native_like(value, own)
    if not x.shape == own.shape == wanted.shape:
        return None
    added = [(each - x).flatten() for each in (own, wanted)]
    small = all(0 < each[0] <= SMALL and torch.allclose(each, each[:1], rtol=1e-6, atol=1e-15) for each in added)
    return wanted if small else None


class _OtherCorrection(TorchFunctionMode):
    """Every variance and deviation in the block has the other divisor."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if getattr(func, "__name__", "") in SPREADS:
            return _with_other_correction(func, args, kwargs or {})
        return func(*args, **(kwargs or {}))


def _with_other_correction(function: Callable[..., Any], args: Sequence[Any], options: Mapping[str, Any]) -> Any:
    bound = dict(zip(("input", "dim", "unbiased", "keepdim"), args, strict=False)) | dict(options)
    correction = bound.pop("correction", bound.pop("unbiased", True))
    kept = {name: bound[name] for name in ("dim", "keepdim") if name in bound}
    return function(bound["input"], correction=0 if correction else 1, **kept)


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "affine": affine,
    "set affine": set_affine,
    "set shifted": set_shifted,
    "swap statistics": swap_statistics,
    "with statistics": with_statistics,
    "response norm": response_norm,
    "gain moved": gain_moved,
    "axes exchanged": axes_exchanged,
    "norm by hand": norm_by_hand,
    "other correction": other_correction,
    "statistic over": statistic_over,
    "other epsilon": other_epsilon,
    "epsilon of": epsilon_of,
}
