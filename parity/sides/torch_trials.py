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
    """In train mode, also a layer that refuses to be set to it."""
    module = copy.deepcopy(call.module)
    assert module is not None
    module.training = True
    return call.run(module)


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
    module = _own_kind(call.module, nn.LSTM, nn.GRU, nn.RNN)
    packed = pack_padded_sequence(
        call.input, torch.as_tensor(lengths), batch_first=module.batch_first, enforce_sorted=False
    )
    sequence, state = module(packed)
    steps = pad_packed_sequence(sequence, batch_first=module.batch_first, total_length=call.input.shape[1])[0]
    if isinstance(call.result, tuple):
        return steps, state
    return steps if call.result.dim() == 3 else _ends(module, state)


def _own_kind(module: Any, *kinds: type[nn.Module]) -> Any:
    """A copy of PyTorch's own class, without what somebody's ``forward`` adds."""
    own = next((kind for kind in type(module).__mro__ if kind in kinds), None)
    assert own is not None
    plain = copy.deepcopy(module)
    plain.__class__ = own
    return plain


def _ends(module: nn.RNNBase, state: Any) -> torch.Tensor:
    """The state that each direction ends in, side by side."""
    hidden = state[0] if isinstance(state, tuple) else state
    return torch.cat(list(hidden[-2:] if module.bidirectional else hidden[-1:]), -1)


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


def _convolve(call: Call, value: Any, widths: Any, stride: Any, dilation: Any) -> Any:
    """The reference's own input, with this padding, step and dilation; ``widths`` None is TensorFlow's ``same``."""
    module = _own_kind(call.module, nn.Conv1d, nn.Conv2d)
    source = call.input
    x = torch.from_numpy(np.array(native_order(np.asarray(value), mark_of(source)))).to(source)
    rank = x.dim() - 2
    module.stride, module.dilation, module.padding = _spread(stride, rank), _spread(dilation, rank), (0,) * rank
    module.padding_mode = "zeros"
    if widths is None:
        return _same_padding(Call((x,), {}, call.result, module))
    return module(F.pad(x, [width for pair in reversed(widths) for width in pair]))


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


def _reverse_input(call: Call) -> Any:
    return call.run(instead=call.input.flip(1))


def _steps(call: Call, last: bool = False, ends: bool = False) -> torch.Tensor:
    """What PyTorch's own layer gives: every step, the last one, or the one that each direction ends in."""
    module = _own_kind(call.module, nn.LSTM, nn.GRU, nn.RNN)
    sequence, state = module(call.input)
    if ends:
        return _ends(module, state)
    if not module.batch_first:
        sequence = sequence.transpose(0, 1)
    return sequence[:, -1] if last else sequence


def _swap_halves(call: Call) -> Any:
    """The backward direction first."""
    forward, backward = first(call.run()).chunk(2, -1)
    return torch.cat([backward, forward], -1)


def _scores(call: Call, value: Any, pattern: str, weights: bool) -> torch.Tensor | None:
    """The reference's attention (B, N, T, S), if the two differ in this way; else None.

    Args:
        value: logits of the reference, masked.
        pattern: ``heads``: another number; ``causal``: one side sees no later source; ``inverted``: one side sees what
            the other does not; ``masked``: it sees less; ``scaled``: its logits are a multiple.
        weights: the operation is the softmax, not the mask in front of it.
    """
    logits, own = torch.from_numpy(np.array(value)).to(call.input), call.input if weights else first(call.result)
    wanted = torch.softmax(logits, -1) if weights else logits
    if logits.shape != own.shape:
        return wanted if pattern == "heads" else None
    hidden = [torch.softmax(each, -1) < HIDDEN for each in (logits, own)]
    later = torch.ones_like(hidden[0], dtype=torch.bool).triu(1)
    more = [bool((hidden[i] & ~hidden[1 - i]).any()) for i in (0, 1)]
    causal = [bool(each[later].all()) for each in hidden]
    holds = {
        "heads": False,
        "causal": causal[0] != causal[1],
        "inverted": all(more),
        "masked": any(more),
        "scaled": not any(more) and _multiple_of(own, logits) is not None,
    }
    return wanted if holds[pattern] else None


HIDDEN = 1e-12


def _multiple_of(own: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor | None:
    """The number by which one is the other, up to the numbers that stand for what is hidden."""
    seen = (own > -1e3) & (wanted > -1e3)
    a, b = own[seen], wanted[seen]
    factor = (a @ b) / (a @ a)
    return factor if torch.allclose(factor * a, b, rtol=1e-9, atol=1e-9) else None


def _multiple(call: Call, value: Any) -> torch.Tensor | None:
    """The value times a number, if that makes it the reference."""
    own = first(call.result)
    factor = _multiple_of(own, torch.from_numpy(np.array(native_order(np.asarray(value), mark_of(own)))).to(own))
    return None if factor is None else factor * own


def _add_before(call: Call, value: Any) -> Any:
    """On an input with something added to it."""
    return call.run(instead=call.input + torch.from_numpy(np.array(value)).to(call.input))


def _without_addend(call: Call) -> torch.Tensor | None:
    """Leave out what is added, if it is the same for every sample."""
    added = first(call.result) - call.input
    alike = added.shape == call.input.shape and torch.allclose(added, added[:1].expand_as(added))
    return call.input if alike else None


def _addend_shifted(call: Call, value: Any) -> torch.Tensor | None:
    """With what the reference adds, if that is one's own moved by some steps."""
    wanted, own = torch.from_numpy(np.array(value)).to(call.input), (first(call.result) - call.input)[:1]
    for shift in (1, 2):
        ahead, behind = wanted[:, shift:], wanted[:, :-shift]
        if torch.allclose(ahead, own[:, :-shift], atol=1e-9) or torch.allclose(behind, own[:, shift:], atol=1e-9):
            return call.input + wanted
    return None


def _scaled_input(call: Call, value: Any) -> torch.Tensor | None:
    """The reference, if one's own input times one number and what is added make it up."""
    wanted, added = torch.from_numpy(np.array(value)).to(call.input), first(call.result) - call.input
    rest, x = (wanted - added).flatten(), call.input.flatten()
    result = (rest @ x) / (x @ x) * call.input + added
    return result if torch.allclose(result, wanted, rtol=1e-9, atol=1e-9) else None


def _swap_input(call: Call) -> Any:
    """On an input whose second half is the first."""
    forward, backward = call.input.chunk(2, -1)
    return call.run(instead=torch.cat([backward, forward], -1))


def _full_precision(call: Call) -> torch.Tensor | None:
    """PyTorch's own layer, where a ``forward`` of somebody's loses no more than a short float type does."""
    plain = _own_kind(call.module, nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)(call.input)
    lost = (plain - first(call.result)).abs().max()
    return plain if lost <= SHORT * plain.abs().max() else None


SHORT = 2.0**-5
"""Relative to the peak; bfloat16 keeps eight bits of each product."""


def _masked_mean(call: Call, lengths: Any) -> torch.Tensor:
    """Over the steps of each sequence that are not padding."""
    x = call.input
    ends = torch.as_tensor(lengths)
    real = (torch.arange(x.shape[1]) < ends[:, None]).to(x)[:, :, None]
    return (x * real).sum(1) / real.sum(1)


def _recur(
    call: Call, kind: str, weights: Mapping[str, Any], activation: str = "tanh", recurrent_activation: str = "sigmoid"
) -> Any:
    """A one-way recurrent layer of Keras with other functions inside, on the reference's weights."""
    module, x = call.module, call.input
    assert isinstance(module, nn.RNNBase)
    steps = x if module.batch_first else x.transpose(0, 1)
    tensors = {name: torch.from_numpy(np.array(array)).to(x) for name, array in weights.items()}
    cell = Cell(tensors, FUNCTIONS[activation], FUNCTIONS[recurrent_activation])
    state = (torch.zeros(len(steps), module.hidden_size).to(x),) * 2
    states = []
    for step in steps.unbind(1):
        state = getattr(cell, kind)(step, *state)
        states.append(state[0])
    return _handed_out(call, torch.stack(states, 1))


@dataclass(frozen=True)
class Cell:
    """One step of Keras's recurrent layers, gates in Keras's order."""

    weights: Mapping[str, torch.Tensor]
    function: Callable[..., torch.Tensor]
    gate: Callable[..., torch.Tensor]

    def rnn(self, x: torch.Tensor, hidden: torch.Tensor, memory: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.function(self._given(x) + hidden @ self.weights["recurrent_kernel"])
        return hidden, memory

    def lstm(self, x: torch.Tensor, hidden: torch.Tensor, memory: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        i, f, new, o = (self._given(x) + hidden @ self.weights["recurrent_kernel"]).chunk(4, -1)
        memory = self.gate(f) * memory + self.gate(i) * self.function(new)
        return self.gate(o) * self.function(memory), memory

    def gru(self, x: torch.Tensor, hidden: torch.Tensor, memory: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The reset gate after the recurrent product."""
        update, reset, new = self._given(x).chunk(3, -1)
        past = hidden @ self.weights["recurrent_kernel"]
        if "bias" in self.weights:
            past = past + self.weights["bias"][1]
        of_update, of_reset, of_new = past.chunk(3, -1)
        kept = self.gate(update + of_update)
        candidate = self.function(new + self.gate(reset + of_reset) * of_new)
        return kept * hidden + (1 - kept) * candidate, memory

    def _given(self, x: torch.Tensor) -> torch.Tensor:
        product = x @ self.weights["kernel"]
        if "bias" not in self.weights:
            return product
        bias = self.weights["bias"]
        return product + (bias[0] if bias.dim() == 2 else bias)


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
    return _handed_out(call, torch.stack(states, 1))


def _handed_out(call: Call, sequence: torch.Tensor) -> Any:
    """Steps (B, L, H) of a one-way layer in the form in which the layer gave its own."""
    if not isinstance(call.result, tuple):
        return sequence[:, -1] if call.result.dim() == 2 else sequence
    time_first = isinstance(call.module, nn.RNNBase) and not call.module.batch_first
    return sequence.transpose(0, 1) if time_first else sequence, sequence[:, -1][None]


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


def _channels(x: torch.Tensor) -> int:
    return 1 if mark_of(x).channels_first and x.dim() > 2 else x.dim() - 1


def _along(x: torch.Tensor, array: Any) -> torch.Tensor:
    """One number per channel, to be broadcast against ``x``."""
    shape = [1] * x.dim()
    shape[_channels(x)] = -1
    return torch.from_numpy(np.array(array)).to(x).reshape(shape)


def _normalized(x: torch.Tensor, axes: tuple[int, ...], epsilon: float) -> torch.Tensor:
    return (x - x.mean(axes, keepdim=True)) / (x.var(axes, correction=0, keepdim=True) + epsilon).sqrt()


def _norm(x: torch.Tensor, kind: str, epsilon: float, mean: Any, variance: Any, groups: int) -> torch.Tensor:
    channels = _channels(x)
    space = tuple(axis for axis in range(1, x.dim()) if axis != channels)
    if kind == "batch_norm":
        return (x - _along(x, mean)) / (_along(x, variance) + epsilon).sqrt()
    if kind == "rms_norm":
        return x / (x.square().mean(channels, keepdim=True) + epsilon).sqrt()
    if kind == "layer_norm":
        return _normalized(x, (channels,), epsilon)
    if kind == "instance_norm" or groups in (-1, x.shape[channels]):
        return _normalized(x, space, epsilon)
    assert channels == 1
    return F.group_norm(x, groups, eps=epsilon)


def _normalize(kind: str) -> Callable[..., torch.Tensor]:
    """A norm of Keras, in eval mode."""

    def normalize(
        x: torch.Tensor,
        epsilon: float,
        scale: Any = None,
        shift: Any = None,
        mean: Any = None,
        variance: Any = None,
        groups: int = 1,
    ) -> torch.Tensor:
        result = _norm(x, kind, epsilon, mean, variance, groups)
        result = result if scale is None else result * _along(x, scale)
        return result if shift is None else result + _along(x, shift)

    return normalize


def _pool(x: torch.Tensor, average: bool, size: Any, stride: Any, padding: Any = 0, ceil: bool = False) -> torch.Tensor:
    """A pool of Keras on an image or a sequence with its channels first."""
    assert mark_of(x).channels_first
    rank = x.dim() - 2
    names = ("AvgPool", "MaxPool")
    module = getattr(nn, f"{names[not average]}{rank}d")(_spread(size, rank), _spread(stride, rank))
    if padding == "same":
        return _same_padding(Call((x,), {}, x, module))
    widths = [width for each in reversed(_spread(padding, rank)) for width in (each, each)]
    module.ceil_mode = ceil
    return module(F.pad(x, widths, value=0.0 if average else -torch.inf))


def _grid(x: torch.Tensor, average: bool, output: Any = (1, 1)) -> torch.Tensor:
    """An adaptive or global pool."""
    assert mark_of(x).channels_first
    return (F.adaptive_avg_pool2d if average else F.adaptive_max_pool2d)(x, output)


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
    "adaptive_average_pool": lambda x, output=None, **_: (
        _mean(x) if output in (None, (1, 1)) else _grid(x, True, output)
    ),
    "adaptive_max_pool": lambda x, output=(1, 1), **_: _grid(x, False, output),
    "average_pool": lambda x, **window: _pool(x, True, **window),
    "max_pool": lambda x, **window: _pool(x, False, **window),
    **{kind: _normalize(kind) for kind in ("batch_norm", "layer_norm", "group_norm", "rms_norm", "instance_norm")},
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
    "convolve": _convolve,
    "recur": _recur,
    "steps": _steps,
    "scores": _scores,
    "multiple": _multiple,
    "add before": _add_before,
    "without addend": _without_addend,
    "addend shifted": _addend_shifted,
    "scaled input": _scaled_input,
    "swap input": _swap_input,
    "full precision": _full_precision,
    "masked mean": _masked_mean,
    "swap halves": _swap_halves,
    "reverse input": _reverse_input,
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
