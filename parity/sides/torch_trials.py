"""Run one Torch operation again with a suspected cause taken away.

Each action takes the recorded call and plain options, and returns the value that the operation would have had.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from parity.sides.torch_trace import mark_of, native_order, set_mark


@dataclass(frozen=True)
class Call:
    """One operation as it was called.

    Args:
        module: the layer, or None for a function.
        function: the function, or None for a layer.
    """

    args: tuple[Any, ...]
    options: Mapping[str, Any]
    result: Any
    module: nn.Module | None = None
    function: Callable[..., Any] | None = None

    @property
    def input(self) -> torch.Tensor:
        """The first tensor it was given."""
        given = [value for value in (*self.args, *self.options.values()) if isinstance(value, torch.Tensor)]
        return given[0]

    def run(self, module: nn.Module | None = None, instead: torch.Tensor | None = None) -> Any:
        """Once more, with another module or another input; inputs are copied, in-place code cannot harm them."""
        given = self.input
        args = [instead if value is given and instead is not None else _copied(value) for value in self.args]
        options = {
            name: instead if value is given and instead is not None else value for name, value in self.options.items()
        }
        return (module or self.module or self.function)(*args, **options)  # type: ignore[misc]


def _copied(value: Any) -> Any:
    return value.clone() if isinstance(value, torch.Tensor) else value


def _in_layer(call: Call) -> Call:
    """A pooling function as the layer that does the same: both are then changed in one way."""
    layer, names = _POOLINGS.get(getattr(call.function, "__name__", ""), (None, ()))
    if layer is None or call.module is not None:
        return call
    named = dict(zip(("input", *names), call.args, strict=False)) | dict(call.options)
    return Call((call.input,), {}, call.result, layer(**{name: named[name] for name in names if name in named}))


_POOLINGS: Mapping[str, tuple[type[nn.Module], tuple[str, ...]]] = {
    **{
        f"max_pool{rank}d": (layer, ("kernel_size", "stride", "padding", "dilation", "ceil_mode"))
        for rank, layer in enumerate((nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d), 1)
    },
    **{
        f"avg_pool{rank}d": (layer, ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"))
        for rank, layer in enumerate((nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d), 1)
    },
}


def _set(call: Call, **attributes: Any) -> Any:
    """With other attributes, or other arguments of the function."""
    if call.module is not None:
        module = copy.deepcopy(call.module)
        for name, value in attributes.items():
            setattr(module, name, value)
        return call.run(module)
    try:
        bound = inspect.signature(call.function).bind(*call.args, **call.options)  # type: ignore[arg-type]
        bound.arguments.update(attributes)
        return call.function(*bound.args, **bound.kwargs)  # type: ignore[misc]
    except (TypeError, ValueError):
        return call.function(call.input, **attributes)  # type: ignore[misc]


def _apply(call: Call, kind: str, **attributes: Any) -> torch.Tensor:
    """Another activation or pooling on the same input."""
    return FUNCTIONS[kind](call.input, **attributes)


def _apply_before(call: Call, kind: str, **attributes: Any) -> Any:
    """The same operation behind an activation."""
    return call.run(instead=FUNCTIONS[kind](call.input, **attributes))


def _apply_after(call: Call, kind: str, **attributes: Any) -> torch.Tensor:
    """An activation behind the operation."""
    return FUNCTIONS[kind](first(call.run()), **attributes)


def _same_padding(call: Call, **attributes: Any) -> Any:
    """TensorFlow's padding: what is odd goes to the end."""
    module = copy.deepcopy(call.module)
    assert module is not None
    for name, value in attributes.items():
        setattr(module, name, value)
    rank = call.input.dim() - 2
    kernel, stride = (_spread(getattr(module, name), rank) for name in ("kernel_size", "stride"))
    dilation = _spread(getattr(module, "dilation", 1), rank)
    widths: list[int] = []
    for n, k, s, d in reversed(list(zip(call.input.shape[2:], kernel, stride, dilation, strict=True))):
        total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        widths += [total // 2, total - total // 2]
    pooling = isinstance(module, (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d))
    averaging = isinstance(module, (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d))
    module.padding = (0,) * rank if not isinstance(module.padding, int) else 0
    if hasattr(module, "ceil_mode"):
        module.ceil_mode = False
    padded = F.pad(call.input, widths, value=-torch.inf if pooling else 0.0)
    if not averaging:
        return module(padded)
    return module(padded) / module(F.pad(torch.ones_like(call.input), widths))


def _affine(call: Call, scale: Any = None, shift: Any = None) -> torch.Tensor:
    """Scale and shift of the last axis in canonical order."""
    result = first(call.run())
    shape = [1] * result.dim()
    shape[1 if mark_of(first(call.result)).channels_first else -1] = -1
    if scale is not None:
        result = result * torch.from_numpy(np.array(scale)).to(result).reshape(shape)
    return result if shift is None else result + torch.from_numpy(np.array(shift)).to(result).reshape(shape)


def _weights(call: Call, **tensors: Any) -> Any:
    """With other stored tensors."""
    module = copy.deepcopy(call.module)
    assert module is not None
    with torch.no_grad():
        for name, value in tensors.items():
            target = getattr(module, name)
            if target is None:
                setattr(module, name, nn.Parameter(torch.from_numpy(np.array(value)).to(call.input)))
            else:
                target.copy_(torch.from_numpy(np.array(value)).to(target))
    return call.run(module)


def _swap_statistics(call: Call) -> Any:
    module = copy.deepcopy(call.module)
    assert module is not None
    mean, variance = module.running_mean.clone(), module.running_var.clone()
    module.running_mean.copy_(variance)
    module.running_var.copy_(mean)
    return call.run(module)


def _with_statistics(call: Call, moving_mean: Any, moving_variance: Any) -> Any:
    """With running statistics instead of those of the batch."""
    norm = call.module
    assert isinstance(norm, nn.modules.batchnorm._BatchNorm)
    mean, variance = (torch.from_numpy(np.array(a)).to(call.input) for a in (moving_mean, moving_variance))
    return F.batch_norm(call.input, mean, variance, norm.weight, norm.bias, False, 0.0, norm.eps)


def _evaluate(call: Call) -> Any:
    """In eval mode."""
    return call.run(copy.deepcopy(call.module).eval())  # type: ignore[union-attr]


def _train(call: Call) -> Any:
    """In train mode."""
    return call.run(copy.deepcopy(call.module).train())  # type: ignore[union-attr]


def _feed(call: Call, value: Any) -> Any:
    """On another input, given in canonical order."""
    source = call.input
    native = native_order(np.asarray(value), mark_of(source))
    return call.run(instead=torch.from_numpy(np.array(native)).to(source).reshape(source.shape))


def _resize(call: Call, **options: Any) -> torch.Tensor:
    size = first(call.result).shape[2:]
    return F.interpolate(call.input, size=tuple(size), **options)


def _batch_first(call: Call) -> Any:
    """As if every sequence that goes in and comes out had its first two axes exchanged."""
    args = tuple(_swapped(value) for value in call.args)
    options = {name: _swapped(value) for name, value in call.options.items()}
    result = Call(args, options, call.result, call.module, call.function).run()
    return (_swapped(result[0]), *result[1:]) if isinstance(result, tuple) else _swapped(result)


def _swapped(value: Any) -> Any:
    return value.transpose(0, 1).contiguous() if isinstance(value, torch.Tensor) and value.dim() == 3 else value


def _padded(call: Call, widths: Any) -> Any:
    """With this padding, per axis (before, after)."""
    module = copy.deepcopy(call.module)
    assert module is not None
    module.padding = (0,) * len(widths)
    return module(F.pad(call.input, [width for pair in reversed(widths) for width in pair]))


def _masked(call: Call, lengths: Any) -> Any:
    """Without the steps behind the end of each sequence."""
    module = call.module
    assert isinstance(module, nn.RNNBase)
    packed = pack_padded_sequence(
        call.input, torch.as_tensor(lengths), batch_first=module.batch_first, enforce_sorted=False
    )
    sequence, state = module(packed)
    return pad_packed_sequence(sequence, batch_first=module.batch_first)[0], state


def _cast(call: Call, dtype: str) -> Any:
    """In another float type, and back."""
    module = copy.deepcopy(call.module)
    assert module is not None
    kind = getattr(torch, dtype)
    if isinstance(module, nn.Linear):
        product = call.input.to(kind) @ module.weight.T.to(kind)
        return (product if module.bias is None else product + module.bias.to(kind)).to(call.input)
    return first(module.to(kind)(call.input.to(kind))).to(call.input)


def _recompute(call: Call, value: Any, kind: str, **attributes: Any) -> torch.Tensor:
    """An activation of the reference's own input, where hand-written code spreads it over several operations."""
    mark = mark_of(first(call.result))
    array = torch.from_numpy(np.array(native_order(np.asarray(value), mark))).to(first(call.result))
    set_mark(array, mark.channels_first, frozenset())
    return FUNCTIONS[kind](array, **attributes)


def _transpose_same(call: Call) -> Any:
    """TensorFlow's crop of a transposed convolution: the full one, without its first entries."""
    module = copy.deepcopy(call.module)
    assert isinstance(module, (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d))
    rank = len(module.kernel_size)
    module.padding, module.output_padding = (0,) * rank, (0,) * rank
    full = module(call.input)
    for axis, (n, k, s) in enumerate(zip(call.input.shape[2:], module.kernel_size, module.stride, strict=True), 2):
        full = full.narrow(axis, max(k - s, 0) // 2, n * s)
    return full


def _zero_padding(call: Call) -> Any:
    """A maximum that takes zeros for its padding."""
    module = copy.deepcopy(call.module)
    assert module is not None
    width = module.padding if isinstance(module.padding, int) else module.padding[0]
    module.padding = 0
    return module(F.pad(call.input, [width] * (2 * (call.input.dim() - 2))))


def _set_affine(call: Call, eps: float, scale: Any = None, shift: Any = None) -> torch.Tensor:
    """Scale and shift after another epsilon."""
    module = copy.deepcopy(call.module)
    assert module is not None
    module.eps = eps
    return _affine(Call(call.args, call.options, call.result, module), scale, shift)


def _shift_rows(call: Call, shift: int) -> Any:
    """A table whose rows begin elsewhere."""
    module = copy.deepcopy(call.module)
    assert module is not None
    with torch.no_grad():
        module.weight.copy_(torch.roll(module.weight, shift, 0))
    return call.run(module)


def _set_shifted(call: Call, shift: Any, **attributes: Any) -> torch.Tensor:
    """With other attributes, and a bias."""
    module = copy.deepcopy(call.module)
    assert module is not None
    for name, value in attributes.items():
        setattr(module, name, value)
    return _affine(Call(call.args, call.options, call.result, module), shift=shift)


def _invert_masks(call: Call) -> Any:
    """Every mask among the arguments means the opposite."""
    args = tuple(_inverted(value) for value in call.args)
    options = {name: _inverted(value) for name, value in call.options.items()}
    return Call(args, options, call.result, call.module, call.function).run()


def _inverted(value: Any) -> Any:
    return ~value if isinstance(value, torch.Tensor) and value.dtype == torch.bool else value


def _reverse_time(call: Call) -> Any:
    return first(call.run(instead=call.input.flip(1))).flip(1)


def _gru_reset_before(call: Call, weights: Mapping[str, Any]) -> Any:
    """Keras's GRU with the reset gate before the recurrent product, on the reference's weights."""
    module, x = call.module, call.input
    assert isinstance(module, nn.GRU)
    steps = x if module.batch_first else x.transpose(0, 1)
    kernel, recurrent = (torch.from_numpy(np.array(weights[n])).to(x) for n in ("kernel", "recurrent_kernel"))
    bias = torch.from_numpy(np.array(weights["bias"])).to(x).reshape(-1) if "bias" in weights else torch.zeros(1).to(x)
    units = module.hidden_size
    state = torch.zeros(len(steps), units).to(x)
    states = []
    for step in steps.unbind(1):
        given = step @ kernel + bias
        update, reset = torch.sigmoid(given[:, : 2 * units] + state @ recurrent[:, : 2 * units]).chunk(2, -1)
        new = torch.tanh(given[:, 2 * units :] + (reset * state) @ recurrent[:, 2 * units :])
        state = update * state + (1 - update) * new
        states.append(state)
    sequence = torch.stack(states, 1)
    return sequence if module.batch_first else sequence.transpose(0, 1), state[None]


def _hard_sigmoid(x: torch.Tensor, slope: float = 1 / 6) -> torch.Tensor:
    return torch.clamp(slope * x + 0.5, 0.0, 1.0)


def _native_axis(x: torch.Tensor, axis: int) -> int:
    """Where an axis of the canonical order is in ``x``."""
    axis %= x.dim()
    if axis == 0 or not mark_of(x).channels_first:
        return axis
    return 1 if axis == x.dim() - 1 else axis + 1


def _permuted(call: Call, order: Sequence[int]) -> torch.Tensor:
    """A concatenation of the same tensors in another order."""
    parts = call.args[0]
    return call.function([parts[place] for place in order], *call.args[1:], **call.options)  # type: ignore[misc]


def _per_channel(x: torch.Tensor, numbers: Any) -> torch.Tensor:
    shape = [1] * x.dim()
    shape[1 if mark_of(x).channels_first else -1] = -1
    return torch.as_tensor(numbers, dtype=x.dtype).reshape(shape)


def _root_of_constant(call: Call) -> torch.Tensor:
    """Divide by the root of what the code divides by."""
    value, constant = call.args
    return call.function(value, torch.sqrt(constant))  # type: ignore[misc]


def _rounded(call: Call) -> Any:
    """With constants as float32 holds them."""
    args = tuple(value.float().double() if _is_constant(value) else value for value in call.args)
    return Call(args, call.options, call.result, call.module, call.function).run()


def _is_constant(value: Any) -> bool:
    known = isinstance(value, nn.Parameter) or not isinstance(value, torch.Tensor)
    return not known and value.is_floating_point() and not mark_of(value).sources


def _scaled_to(call: Call, reference: Any, rounded: bool = False) -> torch.Tensor:
    """The value, or each of two terms, times the one number that brings it nearest to the reference."""
    value = first(call.result)
    wanted = torch.from_numpy(np.array(native_order(np.asarray(reference), mark_of(value)))).to(value)
    terms = [arg for arg in call.args if isinstance(arg, torch.Tensor)] if _is_sum(call) else [value]
    terms = [term.float().double() if rounded and _is_constant(term) else term for term in terms]
    columns = torch.stack([term.expand(value.shape).reshape(-1) for term in terms], 1)
    factors = torch.linalg.lstsq(columns, wanted.reshape(-1, 1)).solution
    return (columns @ factors).reshape(value.shape)


def _is_sum(call: Call) -> bool:
    return getattr(call.function, "__name__", "").strip("_") in ("add", "radd", "iadd", "sub", "rsub")


def _scaled_scores(call: Call) -> torch.Tensor:
    """Scores of an attention, divided by the root of the width of a head."""
    return call.run() / call.input.shape[-1] ** 0.5


def _causal(call: Call) -> Any:
    """No position attends to a later one."""
    if call.module is not None or getattr(call.function, "__name__", "") == "scaled_dot_product_attention":
        steps = call.args[0].shape[0 if _is_time_first(call.module) else -2]
        later = torch.ones(steps, steps, dtype=torch.bool).triu(1)
        mask = later if call.module is not None else ~later
        return Call(call.args, {**call.options, "attn_mask": mask}, call.result, call.module, call.function).run()
    later = torch.ones(call.input.shape[-2:], dtype=torch.bool).triu(1)
    return call.run(instead=call.input.masked_fill(later, -torch.inf))


def _is_time_first(module: nn.Module | None) -> bool:
    return isinstance(module, nn.MultiheadAttention) and not module.batch_first


def _pooled(call: Call, kind: str) -> torch.Tensor:
    """The other of maximum and mean, over the same windows or the same axes."""
    layer = _in_layer(call).module
    if layer is not None:
        names = ("kernel_size", "stride", "padding", "ceil_mode", "output_size")
        options = {name: getattr(layer, name) for name in names if hasattr(layer, name)}
        return _OTHER_POOLING[type(layer)](**options)(call.input)
    lost = [axis for axis in range(call.input.dim()) if axis and axis not in _kept_axes(call)]
    return call.input.amax(lost) if kind == "max" else call.input.mean(lost)


def _kept_axes(call: Call) -> list[int]:
    """Where the channels of a value that was pooled to (B, C) are in what went in."""
    return [1 if mark_of(call.input).channels_first else call.input.dim() - 1]


_OTHER_POOLING: Mapping[type, type] = {
    **{getattr(nn, f"MaxPool{n}d"): getattr(nn, f"AvgPool{n}d") for n in (1, 2, 3)},
    **{getattr(nn, f"AvgPool{n}d"): getattr(nn, f"MaxPool{n}d") for n in (1, 2, 3)},
    **{getattr(nn, f"AdaptiveMaxPool{n}d"): getattr(nn, f"AdaptiveAvgPool{n}d") for n in (1, 2, 3)},
    **{getattr(nn, f"AdaptiveAvgPool{n}d"): getattr(nn, f"AdaptiveMaxPool{n}d") for n in (1, 2, 3)},
}


def _depth_to_space(call: Call) -> torch.Tensor:
    """TensorFlow's order of the channels that become pixels: offset in the block first, then channel."""
    size = int((call.input.shape[1] / first(call.result).shape[1]) ** 0.5)
    batch, channels, height, width = call.input.shape
    blocks = call.input.reshape(batch, size, size, channels // size**2, height, width)
    return blocks.permute(0, 3, 4, 1, 5, 2).reshape(first(call.result).shape)


def _mean(x: torch.Tensor) -> torch.Tensor:
    axes = tuple(range(2, x.dim())) if mark_of(x).channels_first else tuple(range(1, x.dim() - 1))
    return x.mean(axes)


FUNCTIONS: Mapping[str, Callable[..., torch.Tensor]] = {
    "relu": lambda x, max_value=None, **_: torch.clamp(x, 0.0, max_value),
    "leaky_relu": lambda x, slope=0.3, **_: F.leaky_relu(x, slope),
    "gelu": lambda x, approximate=False, **_: F.gelu(x, approximate="tanh" if approximate else "none"),
    "elu": lambda x, alpha=1.0, **_: F.elu(x, alpha),
    "selu": lambda x, **_: F.selu(x),
    "celu": lambda x, **_: F.celu(x),
    "silu": lambda x, **_: F.silu(x),
    "sigmoid": lambda x, **_: torch.sigmoid(x),
    "hard_sigmoid": lambda x, slope=1 / 6, **_: _hard_sigmoid(x, slope),
    "hard_silu": lambda x, **_: F.hardswish(x),
    "tanh": lambda x, **_: torch.tanh(x),
    "softplus": lambda x, **_: F.softplus(x, threshold=700),
    "softsign": lambda x, **_: F.softsign(x),
    "mish": lambda x, **_: F.mish(x),
    "exponential": lambda x, **_: torch.exp(x),
    "softmax": lambda x, axis=-1, **_: torch.softmax(x, _native_axis(x, axis)),
    "log_softmax": lambda x, axis=-1, **_: torch.log_softmax(x, _native_axis(x, axis)),
    "adaptive_average_pool": lambda x, **_: _mean(x),
    "identity": lambda x, **_: x,
    "rescaling": lambda x, scale=1.0, offset=0.0, **_: x * scale + offset,
    "normalization": lambda x, mean=0.0, variance=1.0, **_: (
        (x - _per_channel(x, mean)) / torch.sqrt(_per_channel(x, variance))
    ),
}

ACTIONS: Mapping[str, Callable[..., Any]] = {
    "set": _set,
    "apply": _apply,
    "apply before": _apply_before,
    "apply after": _apply_after,
    "same padding": _same_padding,
    "affine": _affine,
    "weights": _weights,
    "swap statistics": _swap_statistics,
    "with statistics": _with_statistics,
    "evaluate": _evaluate,
    "train": _train,
    "feed": _feed,
    "resize": _resize,
    "batch first": _batch_first,
    "cast": _cast,
    "padded": _padded,
    "masked": _masked,
    "recompute": _recompute,
    "transpose same": _transpose_same,
    "zero padding": _zero_padding,
    "set affine": _set_affine,
    "shift rows": _shift_rows,
    "set shifted": _set_shifted,
    "invert masks": _invert_masks,
    "reverse time": _reverse_time,
    "gru reset before": _gru_reset_before,
    "permuted": _permuted,
    "root of constant": _root_of_constant,
    "rounded": _rounded,
    "scaled to": _scaled_to,
    "scaled scores": _scaled_scores,
    "causal": _causal,
    "pooled": _pooled,
    "depth to space": _depth_to_space,
}


def first(value: Any) -> torch.Tensor:
    """The first tensor of a result."""
    return value[0] if isinstance(value, (tuple, list)) else value


def attempt(call: Call, action: str, options: Mapping[str, Any]) -> Any | None:
    """The value with the cause taken away; None where the action does not apply to this operation."""
    try:
        with torch.no_grad():
            return ACTIONS[action](_in_layer(call), **options)
    except (TypeError, ValueError, RuntimeError, AttributeError, KeyError, IndexError, AssertionError):
        return None


def _spread(size: Any, rank: int) -> tuple[int, ...]:
    return tuple(size) if isinstance(size, (tuple, list)) else (size,) * rank
