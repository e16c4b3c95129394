"""Recurrences whose step is written by hand: every order of input, state and gates, there and back and settled."""

from __future__ import annotations

from itertools import permutations

import keras
import numpy as np
import pytest
import torch
from keras import layers
from torch import nn

from parity import check
from parity.cell_link import CellLink
from parity.cells import INPUT_FIRST, STATE_FIRST, order_in, other_orders
from parity.errors import UsageError
from parity.mapping import by_layer
from parity.recording import Layer
from parity.verdicts import Verdict


class Cell(nn.Module):
    """Gates in the order that the class is given, as i, f, c, o or r, z, h."""

    def __init__(self, inputs, units, gates, joined):
        super().__init__()
        self.units, self.gates = units, gates
        self.joined = nn.Linear(inputs + units, len(gates) * units) if joined else None
        if not joined:
            self.x2h, self.h2h = (nn.Linear(size, len(gates) * units) for size in (inputs, units))

    def forward(self, x, h, c):
        if "r" in self.gates:
            first, second = (
                dict(zip(self.gates, m(v).chunk(3, 1), strict=True)) for m, v in ((self.x2h, x), (self.h2h, h))
            )
            r, z = (torch.sigmoid(first[gate] + second[gate]) for gate in "rz")
            n = torch.tanh(first["h"] + r * second["h"])
            return n + z * (h - n), c
        made = self.x2h(x) + self.h2h(h) if self.joined is None else self.joined(torch.cat([h, x], 1))
        gate = dict(zip(self.gates, made.chunk(4, 1), strict=True))
        c = gate["f"].sigmoid() * c + gate["i"].sigmoid() * gate["c"].tanh()
        return gate["o"].sigmoid() * c.tanh(), c


class Net(nn.Module):
    def __init__(self, gates, joined):
        super().__init__()
        self.cells = nn.ModuleList([Cell(3, 5, gates, joined), Cell(5, 4, gates, joined)])
        self.head = nn.Linear(4, 2)

    def forward(self, steps):
        for cell in self.cells:
            h = c = steps.new_zeros(len(steps), cell.units)
            made = []
            for x in steps.unbind(1):
                h, c = cell(x, h, c)
                made.append(h)
            steps = torch.stack(made, 1)
        return self.head(steps[:, -1])


def reference(kind):
    steps = keras.Input((4, 3))
    return keras.Model(steps, layers.Dense(2)(kind(4)(kind(5, return_sequences=True)(steps))))


@pytest.mark.full
@pytest.mark.parametrize(
    ("kind", "gates", "joined", "order"),
    [
        (layers.LSTM, "ofic", True, "hx ofic"),
        (layers.LSTM, "ifco", False, "xh ifco"),
        (layers.GRU, "rzh", False, "xh rzh"),
    ],
)
def test_the_order_is_found(kind, gates, joined, order):
    report = check(reference(kind), Net(gates, joined)).pairs[0]
    assert report.verdict is Verdict.PASS, report
    matched = report.rungs[0].details["map"]["layers"].values()
    assert [each.partition(" @ ")[2] for each in matched if " @ " in each] == [order, order]


@pytest.mark.full
@pytest.mark.parametrize(
    ("cell", "order", "message"),
    [(0, "xh ifcc", "order of input and state"), (1, "xh ifco", "does not make its gates")],
)
def test_what_cannot_be_is_refused(cell, order, message):
    model = reference(layers.LSTM)
    products = f"cells.{cell}.x2h + cells.{cell}.h2h"
    with pytest.raises(UsageError, match=message):
        check(model, Net("ifco", False), given={model.layers[1].name: f"{products} @ {order}"})


@pytest.mark.parametrize("first", [INPUT_FIRST, STATE_FIRST])
@pytest.mark.parametrize("joined", [True, False], ids=["joined", "apart"])
@pytest.mark.parametrize(
    ("kind", "reset_after", "made"),
    [
        ("lstm", None, (4,)),
        ("lstm", None, (1, 1, 1, 1)),
        ("lstm", None, (3, 1)),
        ("gru", True, (3,)),
        ("gru", False, (2, 1)),
        ("gru", False, (1, 1, 1)),
        ("conv_lstm2d", None, (4,)),
        ("conv_lstm2d", None, (2, 2)),
    ],
)
def test_weights_come_back(kind, reset_after, made, joined, first):
    if reset_after and joined:
        return  # the candidate takes the state times a gate: one product cannot make it
    window, units = (3, 3) if kind == "conv_lstm2d" else (), 5
    ours, theirs = recurrence(kind, window, units, sum(made), reset_after), products(window, units, made, joined, first)
    rng = np.random.default_rng(0)
    stored = ("kernel", "recurrent_kernel", "bias")
    weights = {name: rng.normal(size=ours.storage[name]) for name in stored}
    for gates in permutations(range(sum(made))):
        link = CellLink(ours, theirs, first == INPUT_FIRST, gates)
        there = link.to_torch({"rnn": weights})
        assert {path: array.shape for path, array in there.items()} == {
            f"{layer.path}/{name}": shape for layer in theirs for name, shape in layer.storage.items()
        }
        back = link.to_keras(by_layer(there))
        assert back.keys() == {f"rnn/{name}" for name in stored}
        assert all(np.array_equal(back[f"rnn/{name}"], weights[name]) for name in stored)


def recurrence(kind, window, units, gates, reset_after):
    stored = {"kernel": (*window, 2, gates * units), "recurrent_kernel": (*window, units, gates * units)}
    stored["bias"] = (2, gates * units) if reset_after else (gates * units,)
    return Layer("rnn", kind, "", {} if reset_after is None else {"reset_after": reset_after}, stored)


def products(window, units, made, joined, first):
    """One or two products for some of the gates each."""
    channels = (2 + units,) if joined else (2, units) if first == INPUT_FIRST else (units, 2)
    sizes = [(count * units, each) for count in made for each in channels]
    return tuple(
        Layer(f"product{n}", "dense", "", {"bias": True}, {"weight": (rows, each, *window), "bias": (rows,)})
        for n, (rows, each) in enumerate(sizes)
    )


class Gates(nn.Module):
    """A product for each gate, of input and state side by side, or one for either; named as notebooks name them."""

    def __init__(self, inputs, units, gates, joined):
        super().__init__()
        self.units, self.joined, names = units, joined, sorted(gates)
        if joined:
            self.whole = nn.ModuleDict({gate: nn.Linear(inputs + units, units) for gate in names})
        else:
            self.of_state = nn.ModuleDict({gate: nn.Linear(units, units, bias=False) for gate in names})
            self.of_input = nn.ModuleDict({gate: nn.Linear(inputs, units) for gate in names})

    def make(self, gate, x, h):
        return (
            self.whole[gate](torch.cat([x, h], 1)) if self.joined else self.of_input[gate](x) + self.of_state[gate](h)
        )


class ByGateLSTM(Gates):
    def step(self, x, h, c):
        f, i, o = (self.make(gate, x, h).sigmoid() for gate in "fio")
        c = f * c + i * self.make("c", x, h).tanh()
        return o * c.tanh(), c


class ByGateGRU(Gates):
    def step(self, x, h, c):
        r, z = (self.make(gate, x, h).sigmoid() for gate in "rz")
        n = self.make("h", x, r * h).tanh()
        return z * h + (1 - z) * n, c


class ByGateNet(nn.Module):
    def __init__(self, cell, gates, joined, inputs):
        super().__init__()
        self.cell, self.head = cell(inputs, 4, gates, joined), nn.Linear(4, 2)

    def forward(self, steps):
        h = c = steps.new_zeros(len(steps), 4)
        for x in steps.unbind(1):
            h, c = self.cell.step(x, h, c)
        return self.head(h)


@pytest.mark.full
@pytest.mark.parametrize("joined", [True, False], ids=["joined", "apart"])
@pytest.mark.parametrize(
    ("cell", "gates", "layer", "inputs"),
    [
        (ByGateLSTM, "fioc", lambda: layers.LSTM(4), 3),
        (ByGateLSTM, "fioc", lambda: layers.LSTM(4), 4),
        (ByGateGRU, "rzh", lambda: layers.GRU(4, reset_after=False), 3),
    ],
    ids=["lstm", "lstm of one size", "gru"],
)
def test_a_product_for_each_gate(cell, gates, layer, inputs, joined):
    keras.utils.clear_session()
    steps = keras.Input((4, inputs))
    model = keras.Model(steps, layers.Dense(2)(layer()(steps)))
    report = check(model, ByGateNet(cell, gates, joined, inputs)).pairs[0]
    assert report.verdict is Verdict.PASS, report


def test_every_other_order_is_tried_once():
    cells = {"a": "lin @ xh ifco", "b": "x2h + h2h @ hx ifco"}
    found = list(other_orders(cells))
    assert len(found) == 47
    assert {order_in(trial["a"]) for trial in found} >= {("hx", "ofci"), ("xh", "fico")}
    assert {order_in(trial["b"])[0] for trial in found} == {"hx"}
