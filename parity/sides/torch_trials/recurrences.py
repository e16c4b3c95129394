"""Keras's recurrent layers, computed step by step from their formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from parity.sides import torch_recurrent
from parity.sides.torch_trace import tensor_like
from parity.sides.torch_trials.call import Call
from parity.sides.torch_trials.functions import FUNCTIONS

State = tuple[torch.Tensor, torch.Tensor]
"""Hidden state and memory; those that have no memory hand it on."""
DIRECTIONS = ("forward/", "backward/")
"""In front of the names of weights."""
USUAL = {"activation": "tanh", "recurrent_activation": "sigmoid"}
"""The functions inside a layer, in the order of a cell's."""


@dataclass(frozen=True)
class Cell:
    """One step of Keras's recurrent layers, gates in Keras's order."""

    weights: Mapping[str, torch.Tensor]
    function: Callable[..., torch.Tensor]
    gate: Callable[..., torch.Tensor]

    def rnn(self, x: torch.Tensor, hidden: torch.Tensor, memory: torch.Tensor) -> State:
        hidden = self.function(self._given(x) + hidden @ self.weights["recurrent_kernel"])
        return hidden, memory

    def lstm(self, x: torch.Tensor, hidden: torch.Tensor, memory: torch.Tensor) -> State:
        i, f, new, o = (self._given(x) + hidden @ self.weights["recurrent_kernel"]).chunk(4, -1)
        memory = self.gate(f) * memory + self.gate(i) * self.function(new)
        return self.gate(o) * self.function(memory), memory

    def gru(self, x: torch.Tensor, hidden: torch.Tensor, memory: torch.Tensor) -> State:
        """The reset gate after the recurrent product."""
        update, reset, new = self._given(x).chunk(3, -1)
        past = hidden @ self.weights["recurrent_kernel"]
        if "bias" in self.weights:
            past = past + self.weights["bias"][1]
        of_update, of_reset, of_new = past.chunk(3, -1)
        kept = self.gate(update + of_update)
        candidate = self.function(new + self.gate(reset + of_reset) * of_new)
        return kept * hidden + (1 - kept) * candidate, memory

    def gru_reset_before(self, x: torch.Tensor, hidden: torch.Tensor, memory: torch.Tensor) -> State:
        """The reset gate before the recurrent product."""
        update, reset, new = self._given(x).chunk(3, -1)
        of_update, of_reset, of_new = self.weights["recurrent_kernel"].chunk(3, -1)
        kept = self.gate(update + hidden @ of_update)
        candidate = self.function(new + (self.gate(reset + hidden @ of_reset) * hidden) @ of_new)
        return kept * hidden + (1 - kept) * candidate, memory

    def _given(self, x: torch.Tensor) -> torch.Tensor:
        product = x @ self.weights["kernel"]
        if "bias" not in self.weights:
            return product
        bias = self.weights["bias"]
        return product + (bias[0] if bias.dim() == 2 else bias)


def recur(call: Call, layers: Sequence[Mapping[str, Any]]) -> Any:
    """Recurrent layers of Keras, each on the steps of the one before it, from the states that were given.

    Args:
        layers: of each its kind, the reference's weights (those of two directions by their names in front), and the
            functions inside where they are not the usual ones.
    """
    module = call.module
    assert isinstance(module, nn.RNNBase)
    assert len(layers) == module.num_layers
    sequence = call.input if module.batch_first else call.input.transpose(0, 1)
    begins = iter(_begins(call, module, len(sequence)))
    ends = []
    for layer in layers:
        ways = []
        for name in DIRECTIONS if module.bidirectional else ("",):
            steps = _unrolled(_step(layer, name, sequence), sequence, next(begins), backward=name == DIRECTIONS[1])
            ways.append(steps)
            ends.append(steps[:, 0 if name == DIRECTIONS[1] else -1])
        sequence = torch.cat(ways, -1)
    return _handed_out(call, module, sequence, torch.stack(ends))


def _step(layer: Mapping[str, Any], direction: str, like: torch.Tensor) -> Callable[..., State]:
    """One step of one direction of a layer."""
    tensors = {
        name.removeprefix(direction): tensor_like(array, like)
        for name, array in layer["weights"].items()
        if name.startswith(direction)
    }
    functions = [FUNCTIONS[layer.get(name, usual)] for name, usual in USUAL.items()]
    step: Callable[..., State] = getattr(Cell(tensors, *functions), layer["kind"])
    return step


def _begins(call: Call, module: nn.RNNBase, samples: int) -> list[State]:
    """The states that every direction of every layer begins with: those it was given, or zeros."""
    given = call.args[1] if len(call.args) > 1 else call.options.get("hx")
    count = module.num_layers * torch_recurrent.directions(module)
    if given is None:
        given = torch.zeros(count, samples, module.hidden_size).to(call.input)
    hidden, memory = given if isinstance(given, tuple) else (given, given)
    return list(zip(hidden, memory, strict=True))


def _unrolled(step: Callable[..., State], sequence: torch.Tensor, begin: State, backward: bool) -> torch.Tensor:
    """The hidden state at every step, (B, L, H)."""
    state, states = begin, []
    for each in (sequence.flip(1) if backward else sequence).unbind(1):
        state = step(each, *state)
        states.append(state[0])
    return torch.stack(states[::-1] if backward else states, 1)


def _handed_out(call: Call, module: nn.RNNBase, sequence: torch.Tensor, ends: torch.Tensor) -> Any:
    """Steps (B, L, H) and final states in the form in which the layer gave its own."""
    if not isinstance(call.result, tuple):
        return torch_recurrent.ends(module, ends) if call.result.dim() == 2 else sequence
    return sequence if module.batch_first else sequence.transpose(0, 1), ends


def from_zeros(call: Call) -> Any:
    """A cell that begins with zeros."""
    return _cell(call)(call.input)


def from_layer_before(call: Call) -> Any:
    """A cell that begins with the final state of the last recurrent layer that ran before it."""
    states = call.states[-1]
    return _cell(call)(call.input, tuple(s[-1] for s in states) if isinstance(states, tuple) else states[-1])


def carried_on(call: Call) -> Any:
    """A cell that begins with the state that it made the last time."""
    return _cell(call)(call.input, call.states[-1])


def at_step(call: Call, steps: Any, step: int, own: int | None = None) -> Any:
    """A cell on another step of a sequence (B, T, C), if it was given the one that it is said to have; else None."""
    sequence = tensor_like(steps, call.input)
    if own is not None and not _is(call.input, sequence[:, own]):
        return None
    return _cell(call)(sequence[:, step], *call.args[1:], **call.options)


def step_before(call: Call, steps: Any) -> Any:
    """A cell that has taken the first step of a sequence (B, T, C) already, if it was given the second; else None."""
    sequence = tensor_like(steps, call.input)
    module, state = _cell(call), call.args[1] if len(call.args) > 1 else call.options.get("hx")
    return module(call.input, module(sequence[:, 0], state)) if _is(call.input, sequence[:, 1]) else None


def _cell(call: Call) -> nn.RNNCellBase:
    assert isinstance(call.module, nn.RNNCellBase)
    return call.module


def _is(x: torch.Tensor, step: torch.Tensor) -> bool:
    return x.shape == step.shape and torch.allclose(x, step, rtol=1e-9, atol=1e-12)


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "recur": recur,
    "from zeros": from_zeros,
    "from layer before": from_layer_before,
    "carried on": carried_on,
    "at step": at_step,
    "step before": step_before,
}
