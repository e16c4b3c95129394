"""Recurrent cells by formula. Weights are stored as in Keras: kernel (D, G*H), recurrent kernel (H, G*H), G gates.

A cell takes inputs (B, D) and its states, each (B, H), and returns the new states; the first is its output.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from parity.witness.activations import sigmoid, tanh
from parity.witness.numpy_mlp import Floats

States = tuple[Floats, ...]
Cell = Callable[..., States]


def rnn_cell(x: Floats, states: States, kernel: Floats, recurrent_kernel: Floats, bias: Floats) -> States:
    """h' = tanh(W x + U h + b) (Elman, 1990); bias (H,)."""
    return (tanh(x @ kernel + states[0] @ recurrent_kernel + bias),)


def lstm_cell(x: Floats, states: States, kernel: Floats, recurrent_kernel: Floats, bias: Floats) -> States:
    """c' = f c + i g and h' = o tanh(c') (Hochreiter and Schmidhuber, 1997; forget gate: Gers et al., 2000).

    States h and c; the four gates i, f, g, o are in this order; bias (4H,).
    """
    hidden, memory = states
    write, keep, candidate, read = np.split(x @ kernel + hidden @ recurrent_kernel + bias, 4, axis=-1)
    memory = sigmoid(keep) * memory + sigmoid(write) * tanh(candidate)
    return sigmoid(read) * tanh(memory), memory


def gru_cell_reset_before(x: Floats, states: States, kernel: Floats, recurrent_kernel: Floats, bias: Floats) -> States:
    """h' = z h + (1 - z) tanh(W x + U (r h) + b), as first published (Cho et al., 2014).

    The gates z, r, h are in this order; bias (3H,).
    """
    (hidden,) = states
    update, reset, candidate = np.split(x @ kernel + bias, 3, axis=-1)
    by_update, by_reset, by_candidate = np.split(recurrent_kernel, 3, axis=-1)
    update = sigmoid(update + hidden @ by_update)
    reset = sigmoid(reset + hidden @ by_reset)
    candidate = tanh(candidate + (reset * hidden) @ by_candidate)
    return (update * hidden + (1 - update) * candidate,)


def gru_cell_reset_after(x: Floats, states: States, kernel: Floats, recurrent_kernel: Floats, bias: Floats) -> States:
    """h' = z h + (1 - z) tanh(W x + b + r (U h + b')), as in cuDNN.

    The gates z, r, h are in this order; bias (2, 3H) holds b and b'.
    """
    (hidden,) = states
    update, reset, candidate = np.split(x @ kernel + bias[0], 3, axis=-1)
    old_update, old_reset, old_candidate = np.split(hidden @ recurrent_kernel + bias[1], 3, axis=-1)
    update = sigmoid(update + old_update)
    candidate = tanh(candidate + sigmoid(reset + old_reset) * old_candidate)
    return (update * hidden + (1 - update) * candidate,)


def unroll(cell: Cell, series: Floats, start: States, **weights: Floats) -> tuple[Floats, States]:
    """Series (B, L, D) -> the output of every step (B, L, H) and the last states."""
    states, steps = start, []
    for index in range(series.shape[1]):
        states = cell(series[:, index], states, **weights)
        steps.append(states[0])
    return np.stack(steps, 1), states
