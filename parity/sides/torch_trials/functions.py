"""Operations of Keras by kind, on a tensor in Torch's axes: activations, norms in eval mode, pools."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from parity.sides.common import spread
from parity.sides.torch_trace import mark_of, native_like, tensor_like
from parity.sides.torch_trials.windows import pad, pad_same

NORMS = ("batch_norm", "layer_norm", "group_norm", "rms_norm", "instance_norm")


def per_channel(numbers: Any, x: torch.Tensor, channels_first: bool) -> torch.Tensor:
    """One number per channel, to be broadcast against ``x``."""
    shape = [1] * x.dim()
    shape[1 if channels_first else -1] = -1
    return tensor_like(numbers, x).reshape(shape)


def _along_channels(x: torch.Tensor, numbers: Any) -> torch.Tensor:
    return per_channel(numbers, x, mark_of(x).channels_first)


def _channel_axis(x: torch.Tensor) -> int:
    return 1 if mark_of(x).channels_first else x.dim() - 1


def _native_axis(x: torch.Tensor, axis: int) -> int:
    """Where an axis of the canonical order is in ``x``."""
    axis %= x.dim()
    if axis == 0 or not mark_of(x).channels_first:
        return axis
    return 1 if axis == x.dim() - 1 else axis + 1


def _norm(
    kind: str,
    x: torch.Tensor,
    epsilon: float,
    scale: Any = None,
    shift: Any = None,
    mean: Any = None,
    variance: Any = None,
    groups: int = 1,
) -> torch.Tensor:
    """A norm in eval mode."""
    if kind == "batch_norm":
        result = (x - _along_channels(x, mean)) / (_along_channels(x, variance) + epsilon).sqrt()
    else:
        result = _normalized(kind, x, epsilon, groups)
    result = result if scale is None else result * _along_channels(x, scale)
    return result if shift is None else result + _along_channels(x, shift)


def _normalized(kind: str, x: torch.Tensor, epsilon: float, groups: int) -> torch.Tensor:
    """By statistics of the sample itself."""
    channels = _channel_axis(x)
    space = tuple(axis for axis in range(1, x.dim()) if axis != channels)
    if kind == "rms_norm":
        return x / (x.square().mean(channels, keepdim=True) + epsilon).sqrt()
    if kind == "layer_norm":
        return _standardized(x, (channels,), epsilon)
    if kind == "instance_norm" or groups in (-1, x.shape[channels]):
        return _standardized(x, space, epsilon)
    assert channels == 1
    return F.group_norm(x, groups, eps=epsilon)


def _standardized(x: torch.Tensor, axes: tuple[int, ...], epsilon: float) -> torch.Tensor:
    return (x - x.mean(axes, keepdim=True)) / (x.var(axes, correction=0, keepdim=True) + epsilon).sqrt()


def _pool(x: torch.Tensor, average: bool, size: Any, stride: Any, padding: Any = 0, ceil: bool = False) -> torch.Tensor:
    """A pool on an image or a sequence with its channels first."""
    assert mark_of(x).channels_first
    rank = x.dim() - 2
    kind = "AvgPool" if average else "MaxPool"
    module = getattr(nn, f"{kind}{rank}d")(spread(size, rank), spread(stride, rank))
    if padding == "same":
        return pad_same(module, x)
    module.ceil_mode = ceil
    widths = [(width, width) for width in spread(padding, rank)]
    return module(pad(x, widths, 0.0 if average else -torch.inf))


def _adaptive_pool(x: torch.Tensor, average: bool, output: Any = (1, 1)) -> torch.Tensor:
    assert mark_of(x).channels_first
    return (F.adaptive_avg_pool2d if average else F.adaptive_max_pool2d)(x, output)


def _global_mean(x: torch.Tensor) -> torch.Tensor:
    return x.mean(tuple(range(2, x.dim())) if mark_of(x).channels_first else tuple(range(1, x.dim() - 1)))


def _looked_up(x: torch.Tensor, xs: torch.Tensor, ys: torch.Tensor) -> torch.Tensor:
    """A function by its values; NaN where it was never evaluated."""
    behind = torch.searchsorted(xs, x.contiguous()).clamp(1, len(xs) - 1)
    nearest = torch.where((x - xs[behind - 1]).abs() < (xs[behind] - x).abs(), behind - 1, behind)
    known = torch.isclose(xs[nearest], x, rtol=1e-9, atol=1e-12)
    return torch.where(known, ys[nearest], torch.nan)


TORCH_OWN = ("abs", "exp", "square", "sqrt", "log", "log1p", "expm1", "erf")
"""Functions that are called alike everywhere."""
FUNCTIONS: Mapping[str, Callable[..., torch.Tensor]] = {
    "relu": lambda x, max_value=None, **_: torch.clamp(x, 0.0, max_value),
    "leaky_relu": lambda x, slope=0.3, **_: F.leaky_relu(x, slope),
    "gelu": lambda x, approximate=False, **_: F.gelu(x, approximate="tanh" if approximate else "none"),
    "quick_gelu": lambda x, **_: x * torch.sigmoid(1.702 * x),
    "elu": lambda x, alpha=1.0, **_: F.elu(x, alpha),
    "selu": lambda x, **_: F.selu(x),
    "celu": lambda x, alpha=1.0, **_: F.celu(x, alpha),
    "silu": lambda x, **_: F.silu(x),
    "sigmoid": lambda x, **_: torch.sigmoid(x),
    "hard_sigmoid": lambda x, slope=1 / 6, **_: torch.clamp(slope * x + 0.5, 0.0, 1.0),
    "hard_silu": lambda x, **_: F.hardswish(x),
    "tanh": lambda x, **_: torch.tanh(x),
    "softplus": lambda x, **_: F.softplus(x, threshold=700),
    "softsign": lambda x, **_: F.softsign(x),
    "log_sigmoid": lambda x, **_: F.logsigmoid(x),
    "tanh_shrink": lambda x, **_: F.tanhshrink(x),
    "soft_shrink": lambda x, **_: F.softshrink(x, 0.5),
    "hard_shrink": lambda x, **_: F.hardshrink(x, 0.5),
    "hardtanh": lambda x, **_: F.hardtanh(x),
    "squareplus": lambda x, **_: (x + torch.sqrt(x * x + 4)) / 2,
    "prelu": lambda x, alpha, **_: torch.where(x >= 0, x, native_like(alpha[None], x) * x),
    "mish": lambda x, **_: F.mish(x),
    "exponential": lambda x, **_: torch.exp(x),
    "softmax": lambda x, axis=-1, **_: torch.softmax(x, _native_axis(x, axis)),
    "log_softmax": lambda x, axis=-1, **_: torch.log_softmax(x, _native_axis(x, axis)),
    "adaptive_average_pool": lambda x, output=None, **_: (
        _global_mean(x) if output in (None, (1, 1)) else _adaptive_pool(x, True, output)
    ),
    "adaptive_max_pool": lambda x, output=(1, 1), **_: _adaptive_pool(x, False, output),
    "average_pool": lambda x, **window: _pool(x, True, **window),
    "max_pool": lambda x, **window: _pool(x, False, **window),
    **{kind: partial(_norm, kind) for kind in NORMS},
    "clip": lambda x, x_min=None, x_max=None, **_: torch.clamp(x, x_min, x_max),
    **{kind: lambda x, kind=kind, **_: getattr(torch, kind)(x) for kind in TORCH_OWN},
    "mapped": lambda x, xs, ys, **_: _looked_up(x, tensor_like(xs, x), tensor_like(ys, x)),
    "identity": lambda x, **_: x,
    "shares": lambda x, **_: x / x.sum(-1, keepdim=True),
    "flip": lambda x, **_: x.flip(1),
    "rescaling": lambda x, scale=1.0, offset=0.0, **_: x * scale + offset,
    "normalization": lambda x, mean=0.0, variance=1.0, **_: (
        (x - _along_channels(x, mean)) / torch.sqrt(_along_channels(x, variance))
    ),
}
