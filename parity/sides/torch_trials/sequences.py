"""The axes, direction, masked steps and the part of a sequence that is handed out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from parity.sides import torch_recurrent
from parity.sides.torch_trace import mark_of, tensor_like
from parity.sides.torch_trials.call import Call, first, own_kind

RECURRENT = (nn.LSTM, nn.GRU, nn.RNN)


def batch_first(call: Call) -> Any:
    """As if every sequence that goes in and comes out had its first two axes exchanged."""
    args = tuple(_swapped(value) for value in call.args)
    options = {name: _swapped(value) for name, value in call.options.items()}
    result = replace(call, args=args, options=options).run()
    return (_swapped(result[0]), *result[1:]) if isinstance(result, tuple) else _swapped(result)


def _swapped(value: Any) -> Any:
    return value.transpose(0, 1).contiguous() if isinstance(value, torch.Tensor) and value.dim() == 3 else value


def masked(call: Call, lengths: Any) -> Any:
    """Without the steps behind the end of each sequence."""
    module = own_kind(call.module, *RECURRENT)
    packed = pack_padded_sequence(
        call.input, torch.as_tensor(lengths), batch_first=module.batch_first, enforce_sorted=False
    )
    sequence, state = module(packed)
    steps = pad_packed_sequence(sequence, batch_first=module.batch_first, total_length=call.input.shape[1])[0]
    if isinstance(call.result, tuple):
        return steps, state
    return steps if call.result.dim() == 3 else torch_recurrent.ends(module, state)


def masked_mean(call: Call, lengths: Any) -> torch.Tensor:
    """Over the steps of each sequence that are not padding."""
    x = call.input
    ends = torch.as_tensor(lengths)
    real = (torch.arange(x.shape[1]) < ends[:, None]).to(x)[:, :, None]
    return (x * real).sum(1) / real.sum(1)


def weighted_by_an_input(call: Call, value: Any, mean: bool) -> Any:
    """A sum or mean of places times a number for each, which an input of the model has; None where that does not fit.

    Args:
        value: the input: one number for each of the first axes.
        mean: divide by the mean of these numbers.
    """
    x, weights = call.input, tensor_like(value, call.input)
    channels = [1] if mark_of(x).channels_first else []
    places = [size for axis, size in enumerate(x.shape) if axis not in channels]
    if not 2 <= weights.dim() < x.dim() or list(weights.shape) != places[: weights.dim()]:
        return None
    shape = [len(x), *channels, *weights.shape[1:]]
    weights = weights.reshape(*shape, *[1] * (x.dim() - len(shape)))
    shares = weights / weights.mean(list(range(1, weights.dim())), keepdim=True) if mean else weights
    return call.run(instead=x * shares)


def states_exchanged(call: Call) -> Any:
    """With the hidden state that it begins with as its memory, and the memory as the hidden state."""
    return _begun(call, lambda states: tuple(reversed(states)) if isinstance(states, tuple) else None)


def without_states(call: Call) -> Any:
    """From zeros."""
    return _begun(call, lambda states: None)


def _begun(call: Call, other: Callable[[Any], Any]) -> Any:
    """With other states to begin with than those it was given; None where it was given none."""
    states = call.args[1] if len(call.args) > 1 else call.options.get("hx")
    if states is None or call.module is None:
        return None
    return call.module(call.input, other(states))


def with_state(call: Call, value: Any) -> Any:
    """From a state of the reference, where the layer begins with zeros."""
    given = len(call.args) > 1 or call.options.get("hx") is not None
    if given or isinstance(call.module, nn.LSTM) or call.module is None:
        return None
    return call.module(call.input, tensor_like(value, call.input)[None])


def states_of_layer(call: Call, layer: int) -> Any:
    """Every layer of a stack from the state that one of them was given; None where that is one layer."""
    depth = getattr(call.module, "num_layers", 1)

    def repeated(state: torch.Tensor) -> torch.Tensor:
        ways = len(state) // depth
        return state.unflatten(0, (depth, ways))[layer].repeat(depth, 1, 1)

    def other(states: Any) -> Any:
        return tuple(map(repeated, states)) if isinstance(states, tuple) else repeated(states)

    return _begun(call, other) if depth > 1 else None


def with_states_of(call: Call, back: int) -> Any:
    """From the final state of a recurrent layer that ran before it; ``back`` 1 is the last one."""
    return call.module(call.input, call.states[-back]) if call.module is not None else None


def steps(call: Call, last: bool = False, ends: bool = False) -> torch.Tensor:
    """What PyTorch's own layer gives: every step, the last one, or the one that each direction ends in."""
    module = own_kind(call.module, *RECURRENT)
    sequence, state = module(call.input)
    if ends:
        return torch_recurrent.ends(module, state)
    if not module.batch_first:
        sequence = sequence.transpose(0, 1)
    return sequence[:, -1] if last else sequence


def ends_last(call: Call) -> torch.Tensor:
    """The steps of two directions, of which the backward one hands out its end as the last."""
    assert isinstance(call.module, nn.RNNBase)
    value, batch_first = first(call.result), call.module.batch_first
    steps = (value if batch_first else value.transpose(0, 1)).clone()
    backward = steps.shape[-1] // 2
    steps[:, -1, backward:] = steps[:, 0, backward:]
    return steps if batch_first else steps.transpose(0, 1)


def reverse_input(call: Call) -> Any:
    """From the last step to the first."""
    return call.run(instead=call.input.flip(1))


def reverse_time(call: Call) -> Any:
    """From the last step to the first, the results in the order of the input."""
    return first(reverse_input(call)).flip(1)


def steps_turned(call: Call) -> torch.Tensor:
    """The results in the other order."""
    return first(call.run()).flip(1 if call.module is None or call.module.batch_first else 0)


def flipped(call: Call, axis: int) -> torch.Tensor:
    """Turned round along this axis alone."""
    return call.input.flip(axis)


def swap_halves(call: Call) -> Any:
    """The backward direction first."""
    return _halves_swapped(first(call.run()))


def swap_input(call: Call) -> Any:
    """On an input whose second half is the first."""
    return call.run(instead=_halves_swapped(call.input))


def parts_permuted(call: Call, order: Sequence[int]) -> torch.Tensor:
    """Its features cut into parts, in another order."""
    value = first(call.result)
    axis = 1 if mark_of(value).channels_first else value.dim() - 1
    parts = value.chunk(len(order), axis)
    return torch.cat([parts[place] for place in order], axis)


def features_regrouped(call: Call, parts: int) -> torch.Tensor:
    """Its features as so many parts, one of each part after the other."""
    value = first(call.result)
    axis = 1 if mark_of(value).channels_first else value.dim() - 1
    return value.unflatten(axis, (parts, -1)).transpose(axis, axis + 1).flatten(axis, axis + 1)


def features_taken(call: Call, index: Any) -> torch.Tensor:
    """Its features by their numbers."""
    value = first(call.result)
    axis = 1 if mark_of(value).channels_first else value.dim() - 1
    return value.index_select(axis, torch.from_numpy(index).to(value.device))


def features_paired(call: Call, head: int, share: int, inverse: bool) -> torch.Tensor:
    """Features of every head from halves to neighbours, or back.

    Args:
        head: width of one.
        share: so many features are queries and keys; the rest stays.
    """
    value = first(call.result)
    rotated, rest = value[..., :share], value[..., share:]
    size = (2, head // 2) if not inverse else (head // 2, 2)
    paired = rotated.unflatten(-1, (share // head, *size)).transpose(-1, -2).flatten(-3)
    return torch.cat([paired, rest], -1)


def _halves_swapped(x: torch.Tensor) -> torch.Tensor:
    forward, backward = x.chunk(2, -1)
    return torch.cat([backward, forward], -1)


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "batch first": batch_first,
    "masked": masked,
    "states exchanged": states_exchanged,
    "without states": without_states,
    "with state": with_state,
    "states of layer": states_of_layer,
    "with states of": with_states_of,
    "masked mean": masked_mean,
    "weighted by an input": weighted_by_an_input,
    "steps": steps,
    "ends last": ends_last,
    "flipped": flipped,
    "reverse input": reverse_input,
    "reverse time": reverse_time,
    "steps turned": steps_turned,
    "swap halves": swap_halves,
    "swap input": swap_input,
    "parts permuted": parts_permuted,
    "features regrouped": features_regrouped,
    "features taken": features_taken,
    "features paired": features_paired,
}
