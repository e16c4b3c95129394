"""Convolutions and pools: padding, stride, the kind of pooling, and the sizes of images."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from parity.interpolation import weights
from parity.sides.common import spread
from parity.sides.torch_trace import mark_of, native_like, tensor_like
from parity.sides.torch_trials.call import Call, changed, first, own_kind
from parity.sides.torch_trials.settings import set_attributes

Widths = Sequence[Sequence[int]]
"""Padding per axis: (before, after)."""

MAX_POOLS = (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)
AVERAGE_POOLS = (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)
ADAPTIVE_MAX_POOLS = (nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d)
ADAPTIVE_AVERAGE_POOLS = (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d)

_MAXIMA, _MEANS = (*MAX_POOLS, *ADAPTIVE_MAX_POOLS), (*AVERAGE_POOLS, *ADAPTIVE_AVERAGE_POOLS)
_OTHER_POOL: Mapping[type, type] = dict(zip(_MAXIMA + _MEANS, _MEANS + _MAXIMA, strict=True))
_POOL_OPTIONS = ("kernel_size", "stride", "padding", "ceil_mode", "output_size")

_OF_FUNCTIONS: Mapping[str, tuple[type[nn.Module], tuple[str, ...]]] = {
    **{
        f"max_pool{rank}d": (layer, ("kernel_size", "stride", "padding", "dilation", "ceil_mode"))
        for rank, layer in enumerate(MAX_POOLS, 1)
    },
    **{
        f"avg_pool{rank}d": (layer, ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"))
        for rank, layer in enumerate(AVERAGE_POOLS, 1)
    },
}
"""Pooling functions: the layer that does the same, and the arguments behind the input."""
_CONVOLUTIONS: Mapping[str, type[nn.Module]] = {f"conv{rank}d": getattr(nn, f"Conv{rank}d") for rank in (1, 2, 3)}
_OF_CONVOLUTION = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")


def as_layer(call: Call) -> Call:
    """A pooling function as the layer that does the same: both are then changed in one way."""
    layer, names = _OF_FUNCTIONS.get(call.name, (None, ()))
    if layer is None or call.module is not None:
        return call
    named = dict(zip(("input", *names), call.args, strict=False)) | dict(call.options)
    return Call((call.input,), {}, call.result, layer(**{name: named[name] for name in names if name in named}))


def with_layer(action: Callable[..., Any]) -> Callable[..., Any]:
    """An action on a layer, for a function that convolves too: a kernel of the code is made one of a layer."""

    def run(call: Call, **options: Any) -> Any:
        return action(_convolving(call) if call.module is None else call, **options)

    return run


def _convolving(call: Call) -> Call:
    """A convolution by a function as the layer that does the same; anything else as it is."""
    layer = _CONVOLUTIONS.get(call.name)
    if layer is None:
        return call
    named = dict(zip(_OF_CONVOLUTION, call.args, strict=False)) | dict(call.options)
    x, weight, bias = named.pop("input"), named.pop("weight"), named.pop("bias", None)
    channels = weight.shape[1] * named.get("groups", 1), weight.shape[0]
    module = layer(*channels, tuple(weight.shape[2:]), bias=bias is not None, **named).to(weight)
    module.weight = nn.Parameter(weight.detach())
    module.bias = None if bias is None else nn.Parameter(bias.detach())
    return Call((x,), {}, call.result, module)


def pad(x: torch.Tensor, widths: Widths, value: float = 0.0) -> torch.Tensor:
    """``F.pad`` wants the last axis first."""
    return F.pad(x, [width for pair in reversed(widths) for width in pair], value=value)


def pad_same(module: Any, x: torch.Tensor) -> torch.Tensor:
    """A layer, which is changed, with TensorFlow's padding: what is odd goes to the end."""
    rank = x.dim() - 2
    widths = list(_same_widths(module, x))
    module.padding = 0 if isinstance(module.padding, int) else (0,) * rank
    if hasattr(module, "ceil_mode"):
        module.ceil_mode = False
    result = module(pad(x, widths, -torch.inf if isinstance(module, MAX_POOLS) else 0.0))
    if not isinstance(module, AVERAGE_POOLS):
        return result
    return result / module(pad(torch.ones_like(x), widths))


def _same_widths(module: Any, x: torch.Tensor) -> Iterator[tuple[int, int]]:
    rank = x.dim() - 2
    kernel, stride = spread(module.kernel_size, rank), spread(module.stride, rank)
    dilation = spread(getattr(module, "dilation", 1), rank)
    for n, k, s, d in zip(x.shape[2:], kernel, stride, dilation, strict=True):
        total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        yield total // 2, total - total // 2


def same_padding(call: Call, **attributes: Any) -> torch.Tensor:
    """With TensorFlow's padding, and other attributes."""
    return pad_same(changed(call, **attributes), call.input)


def padded(call: Call, widths: Widths) -> Any:
    """With this padding."""
    return changed(call, padding=(0,) * len(widths))(pad(call.input, widths))


def bordered(call: Call, mode: str) -> torch.Tensor:
    """As much around every axis as the operation puts there, filled in another of NumPy's ways."""
    return _filled(call.input, _pairs(call)[::-1], mode)


def framed(call: Call, mode: str) -> Any:
    """As much around the image as the layer itself puts there, filled in one of NumPy's ways; None where it is none."""
    rank = call.input.dim() - 2
    widths = spread(call.module.padding, rank)  # type: ignore[union-attr]
    if not any(widths):
        return None
    module = changed(call, padding=(0,) * rank, padding_mode="zeros")
    return module(_filled(call.input, [(width, width) for width in widths], mode))


def _filled(x: torch.Tensor, widths: Sequence[Sequence[int]], mode: str) -> torch.Tensor:
    """With so much around its last axes, filled in one of NumPy's ways."""
    if mode == "constant":
        return pad(x, widths)
    for axis, (before, behind) in enumerate(widths, x.dim() - len(widths)):
        numbers = np.pad(np.arange(x.shape[axis]), (before, behind), mode=mode)  # type: ignore[call-overload]
        x = x.index_select(axis, torch.from_numpy(numbers))
    return x


def _told(call: Call) -> Sequence[int]:
    """Widths as an operation that only pads lists them, the last axis first."""
    named = dict(zip(("input", "pad"), call.args, strict=False)) | dict(call.options)
    told = call.module.padding if call.module is not None else named["pad"]
    assert isinstance(told, (tuple, list))
    return told


def padded_from_the_other_end(call: Call, ends: bool = False) -> Any:
    """The same widths with the first axis first, or with what stands behind in front; None where that is the same."""
    pairs = _pairs(call)
    return _repadded(call, [pair[::-1] for pair in pairs] if ends else pairs[::-1])


def padded_on_both_sides(call: Call) -> Any:
    """As much in front as behind, of what stands on one side alone; None where nothing does."""
    return _repadded(call, [(sum(pair) // 2, -(-sum(pair) // 2)) for pair in _pairs(call)])


def padded_on_one_side(call: Call, behind: bool) -> Any:
    """All of it behind, or in front; None where it stands there."""
    return _repadded(call, [(0, sum(pair)) if behind else (sum(pair), 0) for pair in _pairs(call)])


def _pairs(call: Call) -> list[tuple[int, ...]]:
    told = tuple(_told(call))
    return [told[place : place + 2] for place in range(0, len(told), 2)]


def _repadded(call: Call, pairs: Sequence[tuple[int, ...]]) -> Any:
    if list(pairs) == _pairs(call):
        return None
    return set_attributes(call, **{"padding" if call.module is not None else "pad": sum(pairs, ())})


def zero_padding(call: Call) -> Any:
    """A maximum that takes zeros for its padding."""
    module = changed(call)
    width = module.padding if isinstance(module.padding, int) else module.padding[0]
    module.padding = 0
    return module(pad(call.input, [(width, width)] * (call.input.dim() - 2)))


def convolve(call: Call, value: Any, alike: bool, **step: Any) -> Any:
    """As the reference does it; None where the image must be ``alike``, in whatever frame, and is another."""
    same = not alike or _show_the_same(call.input, native_like(value, call.input))
    return convolve_other(call, value, **step) if same else None


def _show_the_same(x: torch.Tensor, wanted: torch.Tensor) -> bool:
    """The pixel in the middle of the one is somewhere in the other, in all samples and channels."""
    middle = x[(..., *(size // 2 for size in x.shape[2:]))]
    return bool(torch.isclose(wanted.flatten(2), middle[..., None]).all(1).all(0).any())


def convolve_other(call: Call, value: Any, widths: Widths | None, stride: Any, dilation: Any) -> Any:
    """The reference's own input, with this padding, step and dilation; ``widths`` None is TensorFlow's ``same``."""
    module = own_kind(call.module, nn.Conv1d, nn.Conv2d, nn.Conv3d)
    x = native_like(value, call.input)
    rank = x.dim() - 2
    module.stride, module.dilation, module.padding = spread(stride, rank), spread(dilation, rank), (0,) * rank
    module.padding_mode = "zeros"
    return pad_same(module, x) if widths is None else module(pad(x, widths))


def pool_unframed(call: Call, value: Any, zeros: bool, widths: Widths | None, stride: Any, dilation: Any) -> Any:
    """The reference's image, with its padding, where one's own is that image in a frame, of zeros or not; or None."""
    x, rank = native_like(value, call.input), call.input.dim() - 2
    larger = all(own > other for own, other in zip(call.input.shape[2:], x.shape[2:], strict=True))
    if not larger or not _show_the_same(x, call.input) or zeros != torch.isclose(x.norm(), call.input.norm()):
        return None
    module = changed(call, stride=spread(stride, rank), padding=(0,) * rank)
    return pad_same(module, x) if widths is None else module(pad(x, widths))


def transpose_same(call: Call) -> Any:
    """TensorFlow's crop of a transposed convolution: the full one, without its first entries."""
    module = changed(call)
    assert isinstance(module, (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d))
    module.padding = module.output_padding = (0,) * len(module.kernel_size)
    full = module(call.input)
    for axis, (n, k, s) in enumerate(zip(call.input.shape[2:], module.kernel_size, module.stride, strict=True), 2):
        full = full.narrow(axis, max(k - s, 0) // 2, n * s)
    return full


def pooled(call: Call, kind: str) -> torch.Tensor:
    """The other of maximum and mean, over the same windows or the same axes."""
    layer, x = call.module, call.input
    if layer is not None:
        options = {name: getattr(layer, name) for name in _POOL_OPTIONS if hasattr(layer, name)}
        return _OTHER_POOL[type(layer)](**options)(x)
    channels = 1 if mark_of(x).channels_first else x.dim() - 1
    space = [axis for axis in range(1, x.dim()) if axis != channels]
    return x.amax(space) if kind == "max" else x.mean(space)


def reduced(call: Call, kind: str, axes: Sequence[int], kept: bool = False) -> torch.Tensor | None:
    """The maximum, mean or sum over these axes, where that gives what has the shape of the result.

    Args:
        kept: the axes stay, with length one, whatever the shape of the result is.
    """
    value = _REDUCTIONS[kind](call.input, tuple(axes), keepdim=kept)
    if kept:
        return value
    shape = first(call.result).shape
    return value.reshape(shape) if value.numel() == shape.numel() else None


def reduced_along(call: Call, kind: str, axis: int) -> torch.Tensor | None:
    """The maximum, mean or sum over this axis alone, whatever that leaves; None where it is what the operation gives.

    An axis of length one stays if one has stayed.
    """
    own = first(call.result)
    value = _REDUCTIONS[kind](call.input, axis, keepdim=own.dim() == call.input.dim())
    return None if value.shape == own.shape and torch.equal(value, own) else value


def reduced_as(call: Call, kind: str) -> torch.Tensor | None:
    """Another statistic over the axes that the code names; None where it names none."""
    rest = dict(call.options)
    axes = rest.get("dim", rest.get("axis", call.args[1] if len(call.args) > 1 else None))
    if not isinstance(axes, (int, tuple, list)):
        return None
    own = first(call.result)
    return _REDUCTIONS[kind](call.input, axes, keepdim=own.dim() == call.input.dim())


def one_step(call: Call, place: int) -> torch.Tensor:
    """One step of a sequence (B, L, C) in place of all of them."""
    axis = 2 if mark_of(call.input).channels_first else 1
    return call.input.select(axis, place).reshape(first(call.result).shape)


def resize(call: Call, **options: Any) -> torch.Tensor:
    """To the size of the result, in another way."""
    return F.interpolate(call.input, size=tuple(first(call.result).shape[2:]), **options)


def resize_to(call: Call, size: Sequence[int], mode: str | None) -> Any:
    """To another size, in the same way or in another."""
    other = {} if mode is None else {"mode": mode, "align_corners": None}
    return set_attributes(call, size=tuple(size), scale_factor=None, **other)


def resize_by_weights(call: Call, method: str) -> torch.Tensor:
    """As TensorFlow does it."""
    x = call.input
    sizes = zip(x.shape[2:], first(call.result).shape[2:], strict=True)
    rows, columns = (tensor_like(weights(length, size, method, False), x) for length, size in sizes)
    return torch.einsum("ih,jw,...hw->...ij", rows, columns, x)


def sample(call: Call, other_corners: bool, stretch: int, border: str | None) -> torch.Tensor | None:
    """Of the same image in another frame; what is outside of it may be something else."""
    names = ("input", "grid", "mode", "padding_mode", "align_corners")
    told = dict(zip(names, call.args, strict=False)) | dict(call.options)
    grid = _stretched(told.pop("grid"), stretch)
    corners = bool(told.pop("align_corners", None)) != other_corners
    options = {**told, "padding_mode": border or told.get("padding_mode", "zeros"), "align_corners": corners}
    return None if grid is None else F.grid_sample(grid=grid, **options)


def _stretched(grid: torch.Tensor, stretch: int) -> torch.Tensor | None:
    """The grid (B, H, W, 2) of a linear map whose outermost points move from pixels to corners, or back; else None."""
    if not stretch:
        return grid
    middle = grid.mean((1, 2), keepdim=True)
    along = [(grid - middle).mean(axis, keepdim=True) for axis in (1, 2)]
    height, width = grid.shape[1:3]
    if not torch.allclose(middle + along[0] + along[1], grid, rtol=1e-9, atol=1e-12):
        return None
    factors = [(size / (size - 1)) ** stretch for size in (width, height)]
    return middle + sum(part * factor for part, factor in zip(along, factors, strict=True))


def depth_to_space(call: Call) -> torch.Tensor:
    """TensorFlow's order of the channels that become pixels: offset in the block first, then channel."""
    shape = first(call.result).shape
    batch, channels, height, width = call.input.shape
    size = int((channels / shape[1]) ** 0.5)
    blocks = call.input.reshape(batch, size, size, channels // size**2, height, width)
    return blocks.permute(0, 3, 4, 1, 5, 2).reshape(shape)


def shuffled_in_groups(call: Call, groups: int) -> torch.Tensor:
    """The channels of so many groups by turns."""
    return call.input.unflatten(1, (groups, -1)).transpose(1, 2).flatten(1, 2)


def space_to_depth(call: Call) -> torch.Tensor:
    """TensorFlow's order of the channels that pixels become: offset in the block first, then channel."""
    value = first(call.result)
    size = int((value.shape[1] / call.input.shape[1]) ** 0.5)
    return value.unflatten(1, (call.input.shape[1], size**2)).transpose(1, 2).flatten(1, 2)


_REDUCTIONS: Mapping[str, Callable[..., torch.Tensor]] = {
    "max": torch.amax,
    "min": torch.amin,
    "mean": torch.mean,
    "sum": torch.sum,
    "logsumexp": torch.logsumexp,
}
ACTIONS: Mapping[str, Callable[..., Any]] = {
    "reduced as": reduced_as,
    "same padding": with_layer(same_padding),
    "padded": with_layer(padded),
    "framed": with_layer(framed),
    "pool unframed": pool_unframed,
    "bordered": bordered,
    "padded from the other end": padded_from_the_other_end,
    "padded on both sides": padded_on_both_sides,
    "padded on one side": padded_on_one_side,
    "zero padding": zero_padding,
    "convolve": with_layer(convolve),
    "feed convolution": with_layer(convolve_other),
    "transpose same": transpose_same,
    "pooled": pooled,
    "reduced": reduced,
    "reduced along": reduced_along,
    "one step": one_step,
    "resize": resize,
    "resize to": resize_to,
    "resize by weights": resize_by_weights,
    "sample": sample,
    "depth to space": depth_to_space,
    "space to depth": space_to_depth,
    "shuffled in groups": shuffled_in_groups,
}
