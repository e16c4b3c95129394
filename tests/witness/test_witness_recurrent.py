"""RNN, LSTM and both GRU cells, step by step along a series, against both frameworks."""

import numpy as np
import pytest
import torch
from agreement import agree, few
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers

from parity.layouts import layout_of
from parity.witness import recurrent
from torch_impl.layers import recurrent as torch_recurrent

# name of the formula: (layout, states, shape of the bias in widths of the state, Keras layer, Torch layer)
CELLS = {
    "rnn_cell": ("rnn", 1, (1,), layers.SimpleRNN, torch.nn.RNN),
    "lstm_cell": ("lstm", 2, (4,), layers.LSTM, torch.nn.LSTM),
    "gru_cell_reset_after": ("gru", 1, (2, 3), layers.GRU, torch.nn.GRU),
    "gru_cell_reset_before": (
        "gru",
        1,
        (3,),
        lambda *sizes, **options: layers.GRU(*sizes, reset_after=False, **options),
        lambda *sizes, batch_first: torch_recurrent.ResetBeforeGRU(*sizes),
    ),
}


def compare(name, batch=3, length=5, width=4, units=3):
    kind, count, bias, build_keras, build_torch = CELLS[name]
    random = np.random.default_rng((batch, length, width, units))
    series = random.normal(size=(batch, length, width))
    gates = bias[-1] * units
    weights = {
        "kernel": random.normal(size=(width, gates)),
        "recurrent_kernel": random.normal(size=(units, gates)),
        "bias": random.normal(size=(*bias[:-1], gates)),
    }
    keras = build_keras(units, return_sequences=True, return_state=True)
    keras.build(series.shape)
    keras.set_weights(list(weights.values()))
    twin = build_torch(width, units, batch_first=True)
    there = layout_of(kind).to_torch(weights, {})
    twin.load_state_dict({name: torch.tensor(value) for name, value in there.items()})

    start = tuple(np.zeros((batch, units)) for _ in range(count))
    steps, states = recurrent.unroll(getattr(recurrent, name), series, start, **weights)
    ours, *our_states = keras(series)
    theirs = twin(torch.tensor(series))
    agree(steps, ours, theirs if isinstance(theirs, torch.Tensor) else theirs[0])
    for expected, state in zip(states, our_states, strict=True):
        agree(expected, state)
    if name == "lstm_cell":
        for expected, state in zip(states, theirs[1], strict=True):
            agree(expected, state[0])


@pytest.mark.parametrize("name", CELLS)
def test_cell_along_a_series(name):
    @settings(few, max_examples=5)
    @given(st.tuples(*[st.integers(1, 4)] * 4))
    def check(sizes):
        compare(name, *sizes)

    compare(name)
    check()


def other_form(cell, change):
    return lambda x, states, kernel, recurrent_kernel, bias: cell(x, states, *change(kernel, recurrent_kernel, bias))


def swapped_gates(*weights):
    """The first two gates exchanged."""
    count = 4 if weights[0].shape[1] % 4 == 0 else 3
    parts = [np.split(array, count, axis=-1) for array in weights]
    return tuple(np.concatenate([second, first, *rest], -1) for first, second, *rest in parts)


def scaled_bias(kernel, recurrent_kernel, bias):
    return kernel, recurrent_kernel, bias * (1 + 1e-10)


WRONG = {
    "rnn_cell": other_form(recurrent.rnn_cell, scaled_bias),
    "lstm_cell": other_form(recurrent.lstm_cell, swapped_gates),
    "gru_cell_reset_after": other_form(recurrent.gru_cell_reset_after, swapped_gates),
    "gru_cell_reset_before": lambda x, states, kernel, recurrent_kernel, bias: recurrent.gru_cell_reset_after(
        x, states, kernel, recurrent_kernel, np.stack([bias, np.zeros_like(bias)])
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_planted_error_is_seen(name, monkeypatch):
    monkeypatch.setattr(recurrent, name, WRONG[name])
    with pytest.raises(AssertionError, match="off by"):
        compare(name)
