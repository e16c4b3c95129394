"""Recurrences: loops over a cell, stacks and directions with other functions inside, and steps that are read."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from parity.diagnosis.loops import rounds, ways
from parity.hypotheses.recurrences import recurrence
from parity.hypotheses.suspect import Suspect
from parity.recording import Event
from parity.sides.torch_trace import carry, mark_of, set_mark
from parity.sides.torch_trials import Call, attempt


@pytest.fixture(autouse=True)
def double_precision():
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    yield
    torch.set_default_dtype(default)


def event(kind, layer=None, shape=(2, 4), **attributes):
    return Event(layer or kind, kind, kind, shape, attributes, layer)


def kernels(module, layer, suffix=""):
    """Of one direction, as Keras has them; LSTM and plain RNN."""
    own = {name: getattr(module, f"{name}_l{layer}{suffix}").detach() for name in ("weight_ih", "weight_hh")}
    bias = sum(getattr(module, f"{name}_l{layer}{suffix}").detach() for name in ("bias_ih", "bias_hh"))
    return {
        "kernel": own["weight_ih"].T.numpy(),
        "recurrent_kernel": own["weight_hh"].T.numpy(),
        "bias": bias.numpy(),
    }


@pytest.mark.parametrize("kind", ["lstm", "rnn"])
@pytest.mark.parametrize("ways", [1, 2])
def test_a_stack_is_computed_step_by_step_from_the_states_that_it_was_given(kind, ways):
    module = {"lstm": nn.LSTM, "rnn": nn.RNN}[kind](3, 4, num_layers=2, batch_first=True, bidirectional=ways == 2)
    x, states = torch.randn(2, 5, 3), torch.randn(2, 2 * ways, 2, 4)
    begin = tuple(states) if kind == "lstm" else states[0]
    names = {"forward/": "", "backward/": "_reverse"} if ways == 2 else {"": ""}
    layers = [
        {
            "kind": kind,
            "weights": {
                front + name: array
                for front, suffix in names.items()
                for name, array in kernels(module, layer, suffix).items()
            },
        }
        for layer in range(2)
    ]
    for args in ((x,), (x, begin)):
        result = module(*args)
        steps, ends = attempt(Call(args, {}, result, module), "recur", {"layers": layers})
        assert torch.allclose(steps, result[0])
        assert torch.allclose(ends, result[1][0] if kind == "lstm" else result[1])


def test_every_layer_of_a_stack_has_its_functions():
    first, second = event("gru", "one", activation="relu"), event("gru", "two", reset_after=False)
    stack = ((first, {"kernel": np.ones(2)}), (second, {}))
    suspect = Suspect(second, event("gru", "rnn"), {}, stack=stack)
    told = [trial.options["layers"] for trial in recurrence(suspect) if trial.action == "recur"]
    assert {(layer["kind"], layer.get("activation")) for layers in told for layer in layers} == {
        ("gru", "relu"),
        ("gru_reset_before", None),
    }
    usual = Suspect(event("gru"), event("gru"), {}, stack=((event("gru"), {}),))
    assert not [trial for trial in recurrence(usual) if trial.action == "recur"]


def test_a_cell_that_runs_four_times_is_a_loop():
    looped = [event("gru", "cell"), event("dense", "fc")] * 4
    assert rounds(looped, "gru") == [0, 2, 4, 6]
    assert rounds(looped[:6], "gru") == []
    assert rounds(looped, "lstm") == []


def test_a_loop_that_lacks_a_step_lacks_the_first():
    steps = np.zeros((2, 5, 3))
    rules = [rule for rule, _ in ways(range(4), steps)]
    assert rules == [*["recurrent-initial-state"] * 3, "crop-place"]
    assert "recurrent-backwards-order" in [rule for rule, _ in ways(range(5), steps)]


def test_a_cell_begins_with_zeros_or_with_what_it_made_the_last_time():
    cell, x, state, last = nn.GRUCell(3, 4), torch.randn(2, 3), torch.randn(2, 4), torch.randn(2, 4)
    call = Call((x, state), {}, cell(x, state), cell, states=(last,))
    assert torch.allclose(attempt(call, "from zeros", {}), cell(x))
    assert torch.allclose(attempt(call, "carried on", {}), cell(x, last))


def test_a_cell_begins_with_the_state_of_the_layer_before():
    cell, x, state = nn.LSTMCell(3, 4), torch.randn(2, 3), torch.randn(2, 1, 2, 4)
    call = Call((x,), {}, cell(x), cell, states=(tuple(state),))
    assert all(map(torch.allclose, attempt(call, "from layer before", {}), cell(x, tuple(state[:, 0]))))


def test_a_cell_reads_another_step_only_where_it_reads_the_one_that_it_is_said_to():
    cell, steps = nn.LSTMCell(3, 4), torch.randn(2, 5, 3)
    call = Call((steps[:, 1],), {}, cell(steps[:, 1]), cell)
    found = attempt(call, "at step", {"steps": steps.numpy(), "own": 1, "step": 3})
    assert all(map(torch.allclose, found, cell(steps[:, 3])))
    assert attempt(call, "at step", {"steps": steps.numpy(), "own": 2, "step": 3}) is None
    before = attempt(call, "step before", {"steps": steps.numpy()})
    assert all(map(torch.allclose, before, cell(steps[:, 1], cell(steps[:, 0]))))


def test_both_directions_end_in_the_last_step():
    module, x = nn.GRU(3, 4, bidirectional=True), torch.randn(5, 2, 3)
    result, ends = module(x)
    found = attempt(Call((x,), {}, (result, ends), module), "ends last", {})
    assert torch.allclose(found[-1], torch.cat(list(ends), -1))
    assert torch.equal(found[:-1], result[:-1])


def test_a_cell_that_reads_what_it_made_reads_the_sequence():
    cell, steps = nn.GRUCell(4, 4), torch.randn(2, 5, 4)
    state = torch.randn(2, 4)
    found = attempt(Call((state, state), {}, cell(state, state), cell), "at step", {"steps": steps.numpy(), "step": 2})
    assert torch.allclose(found, cell(steps[:, 2], state))


def test_a_pool_stands_for_a_step_and_for_nothing_else():
    layer, steps = nn.Linear(3, 2), torch.randn(2, 5, 3)
    options = {"steps": steps.numpy(), "value": steps.mean(1).numpy()}
    found = attempt(Call((steps[:, -1],), {}, layer(steps[:, -1]), layer), "instead of a step", options)
    assert torch.allclose(found, layer(steps.mean(1)))
    other = torch.randn(2, 3)
    assert attempt(Call((other,), {}, layer(other), layer), "instead of a step", options) is None


def test_a_dense_layer_works_along_the_features_instead_of_as_many_steps():
    layer, x = nn.Linear(4, 2), torch.randn(2, 4, 4)
    found = attempt(Call((x,), {}, layer(x), layer), "on exchanged axes", {})
    assert torch.allclose(found, layer(x.transpose(1, 2)))
    short = torch.randn(2, 3, 4)
    assert attempt(Call((short,), {}, layer(short), layer), "on exchanged axes", {}) is None


def test_terms_are_joined_by_another_operation():
    x, y = torch.randn(2, 2, 3)
    assert torch.equal(attempt(Call((x, y), {}, x * y, function=torch.mul), "joined by", {"kind": "add"}), x + y)


@pytest.mark.parametrize("floats", [True, False])
def test_a_sequence_is_cut_a_step_later_but_not_turned_round(floats):
    layer = nn.Linear(1, 2) if floats else nn.Embedding(9, 2)
    tokens = torch.tensor([[1, 5, 3, 2, 7, 4], [3, 8, 2, 6, 1, 5]])
    steps = tokens[..., None].double() if floats else tokens
    early, late = steps[:, :-1], steps[:, 1:]
    call = Call((late,), {}, layer(late), layer)
    assert torch.allclose(attempt(call, "cropped", {"values": [early.numpy()]}), layer(early))
    assert attempt(call, "cropped", {"values": [late.roll(1, 1).numpy()]}) is None


@pytest.mark.parametrize(("steps", "first"), [(5, True), (6, False)])
def test_a_norm_of_as_many_steps_as_channels_leaves_the_channels_where_they_are(steps, first):
    x = torch.randn(2, 5, steps)
    set_mark(x, True, frozenset())
    result = torch.nn.functional.layer_norm(x, (steps,))
    carry("layer_norm", (x,), [x], [result])
    assert mark_of(result).channels_first is first
