"""Run a Torch model on the reference's values: compare each operation, feed the reference onward, try causes away."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from math import prod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.utils.rnn import PackedSequence

from parity.compare import PROOF_BOUND, Difference, difference
from parity.recording import Event, Probe, Probed, Trial
from parity.shapes import cut_further, lie_alike
from parity.sides import torch_recurrent
from parity.sides.torch_state import copied
from parity.sides.torch_trace import mark_of, native_like, reordered, set_mark, tensor_like
from parity.sides.torch_trials import Call, attempt, first

RESHAPING = frozenset({"reduced along"})
"""Trials that may leave another shape for what comes behind."""

Fit = Callable[[NDArray, NDArray], NDArray]


class Prober:
    """The visitor of ``torch_events.Recorder`` that carries out probes."""

    def __init__(self, probes: Mapping[int, Probe]) -> None:
        self._probes = probes
        self.found: dict[int, Probed] = {}

    def __call__(self, number: int, event: Event, value: torch.Tensor, call: Call) -> torch.Tensor | None:
        probe = self._probes.get(number)
        if probe is None:
            return None
        if probe.alter:
            altered = attempt(call, probe.alter.action, probe.alter.options)
            fits = altered is not None and (probe.alter.action in RESHAPING or _stands_for(first(altered), value))
            return _handed_on(call, altered) if fits else None
        state = probe.state and _hands_out_state(call)
        mine = _canonical(call, value, state)
        fitted = _fitted_inside if probe.cropped else _fitted
        references = {k: fitted(array, mine) for k, array in probe.references.items()}
        differences = {k: difference(array, mine, PROOF_BOUND) for k, array in references.items()}
        targets = probe.references if probe.cropped else references
        target = None if probe.target is None else targets[probe.target]
        tried = () if target is None else tuple(_tried(call, t, target, state, fitted) for t in probe.trials)
        self.found[number] = Probed(differences, tried)
        reference = None if probe.force is None else references[probe.force]
        if reference is None or reference.shape != mine.shape:
            return None
        return _with_last_steps(call, reference, value) if state else _in_place_of(value, reference)


def _handed_on(call: Call, altered: Any) -> torch.Tensor:
    """The first tensor of a result; the memory of a cell, which is handed out beside it, is overwritten in place."""
    if isinstance(call.module, nn.LSTMCell) and isinstance(altered, tuple):
        call.result[1].copy_(altered[1])
    return first(altered)


def _stands_for(altered: torch.Tensor, value: torch.Tensor) -> bool:
    """Of one shape, up to axes that one of them has with length one, for broadcasting; one number has no axes."""
    sizes = zip(altered.shape, value.shape, strict=False)
    return value.dim() in (0, altered.dim()) and all(a == b or min(a, b) == 1 for a, b in sizes)


def _in_place_of(value: torch.Tensor, reference: NDArray) -> torch.Tensor | None:
    """The reference in the form of the value; None where its size is another."""
    if value.numel() != reference.size:
        return None
    return native_like(reference, value).reshape(value.shape)


def _with_last_steps(call: Call, state: NDArray, value: torch.Tensor) -> torch.Tensor:
    """The sequence with the reference's final states in it; those handed out beside it are overwritten in place."""
    module = call.module
    samples = [size == len(state) for size in value.shape[:2]]
    time_first = samples[1] and (mark_of(value).time_first or not samples[0])
    assert isinstance(module, nn.RNNBase)
    ways = torch_recurrent.directions(module)
    parts = tensor_like(state, value).chunk(ways, -1)
    hidden = torch_recurrent.hidden(call.result[1])
    for place, part in enumerate(parts):
        hidden[len(hidden) - ways + place] = part
    if isinstance(call.result[0], PackedSequence):
        return value  # every sample ends elsewhere
    sequence = (value.transpose(0, 1) if time_first else value).clone()
    units = sequence.shape[-1] // ways
    sequence[:, -1, :units] = parts[0]
    if ways == 2:
        sequence[:, 0, units:] = parts[1]
    return sequence.transpose(0, 1) if time_first else sequence


def _fitted(reference: NDArray, mine: NDArray) -> NDArray:
    """Inside the model a gate may be (B, 1, 1, C) or (B, C), and the heads of an attention an axis or not."""
    if (
        mine.size < reference.size
        and reference.shape[1:] == _of_one_sample(mine)
        and (reference == reference[:1]).all()
    ):
        return reference[:1].reshape(mine.shape)
    if mine.size > reference.size and mine.shape[1:] == _of_one_sample(reference):
        return np.broadcast_to(reference.reshape(1, *mine.shape[1:]), mine.shape)
    if lie_alike(reference.shape, mine.shape):
        return reference.reshape(mine.shape)
    joined = [each.reshape(mine.shape) for each in _with_heads_last(reference, mine.ndim) if _joins_to(each, mine)]
    if not joined and cut_further(reference.shape, mine.shape):
        return reference.reshape(mine.shape)
    return min(joined, key=lambda each: np.abs(each - mine).max(), default=reference)


def _fitted_inside(reference: NDArray, mine: NDArray) -> NDArray:
    """What is cut afterwards: one's own value, with the reference in the window where it is nearest."""
    if reference.ndim != mine.ndim or reference.shape == mine.shape:
        return _fitted(reference, mine)
    windows = [
        tuple(slice(n, n + size) for n, size in zip(begin, reference.shape, strict=True))
        for begin in product(*(range(n + 1) for n in np.subtract(mine.shape, reference.shape)))
    ]
    if not windows:
        return _fitted(reference, mine)
    whole = mine.copy()
    whole[min(windows, key=lambda window: float(np.abs(reference - mine[window]).max()))] = reference
    return whole


def _of_one_sample(value: NDArray) -> tuple[int, ...]:
    """The shape of what is the same for every sample, as positions are: (T, D), or (1, T, D)."""
    return value.shape[1:] if value.shape[:1] == (1,) else value.shape


def _with_heads_last(reference: NDArray, rank: int) -> Iterator[NDArray]:
    """Heads (B, T, N, D) that the other side keeps in one axis; a projection may give them as (B, N, T, D)."""
    if reference.ndim == rank + 1:
        yield reference
        if reference.ndim == 4:
            yield reference.swapaxes(1, 2)


def _joins_to(reference: NDArray, mine: NDArray) -> bool:
    return (*reference.shape[:-2], prod(reference.shape[-2:])) == mine.shape


def _hands_out_state(call: Call) -> bool:
    """A recurrent layer of PyTorch's own gives a sequence and states; one that somebody derived may give a tensor."""
    return isinstance(call.module, nn.RNNBase) and isinstance(call.result, tuple)


def _canonical(call: Call, value: torch.Tensor, state: bool) -> NDArray:
    if state:
        assert isinstance(call.module, nn.RNNBase)
        return copied(torch_recurrent.ends(call.module, call.result[1]))
    return reordered(value)


def _tried(call: Call, trial: Trial, reference: NDArray, state: bool, fitted: Fit) -> float:
    result = attempt(call, trial.action, trial.options)
    if result is None:
        return math.inf
    if state and isinstance(result, tuple):
        return _figure(reference, _canonical(replace(call, result=result), first(result), state))
    value = first(result)
    mark = mark_of(first(call.result))
    rank = value.dim()
    flat = mark.flattened if value.shape == first(call.result).shape else None
    set_mark(value, mark.channels_first and rank >= 3, mark.sources, flat, mark.time_first and rank == 3)
    mine = _canonical(call, value, False)
    return _figure(fitted(reference, mine), mine)


def _figure(reference: NDArray, mine: NDArray) -> float:
    found: Difference = difference(reference, mine.astype(reference.dtype, copy=False), PROOF_BOUND)
    return found.figure
