"""Keras's recurrent layers, computed step by step from their formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from parity.sides.torch_trace import tensor_like
from parity.sides.torch_trials.call import Call
from parity.sides.torch_trials.functions import FUNCTIONS

State = tuple[torch.Tensor, torch.Tensor]
"""Hidden state and memory; those that have no memory hand it on."""


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


def recur(
    call: Call, kind: str, weights: Mapping[str, Any], activation: str = "tanh", recurrent_activation: str = "sigmoid"
) -> Any:
    """A one-way recurrent layer of Keras with other functions inside, on the reference's weights."""
    module, x = call.module, call.input
    assert isinstance(module, nn.RNNBase)
    tensors = {name: tensor_like(array, x) for name, array in weights.items()}
    cell = Cell(tensors, FUNCTIONS[activation], FUNCTIONS[recurrent_activation])
    return _handed_out(call, module, _unrolled(getattr(cell, kind), module, x))


def gru_reset_before(call: Call, weights: Mapping[str, Any]) -> Any:
    """Keras's GRU with the reset gate before the recurrent product, on the reference's weights."""
    assert isinstance(call.module, nn.GRU)
    return recur(call, "gru_reset_before", weights)


def _unrolled(step: Callable[..., State], module: nn.RNNBase, x: torch.Tensor) -> torch.Tensor:
    """The hidden state after every step, (B, L, H), from zeros."""
    sequence = x if module.batch_first else x.transpose(0, 1)
    state = (torch.zeros(len(sequence), module.hidden_size).to(x),) * 2
    states = []
    for each in sequence.unbind(1):
        state = step(each, *state)
        states.append(state[0])
    return torch.stack(states, 1)


def _handed_out(call: Call, module: nn.RNNBase, sequence: torch.Tensor) -> Any:
    """Steps (B, L, H) of a one-way layer in the form in which the layer gave its own."""
    if not isinstance(call.result, tuple):
        return sequence[:, -1] if call.result.dim() == 2 else sequence
    return sequence if module.batch_first else sequence.transpose(0, 1), sequence[:, -1][None]


ACTIONS: Mapping[str, Callable[..., Any]] = {
    "recur": recur,
    "gru reset before": gru_reset_before,
}
