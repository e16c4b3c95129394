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
from parity.cells import INPUT_FIRST, STATE_FIRST, gates_of, order_in, other_orders
from parity.errors import UsageError
from parity.links import CellLink
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
@pytest.mark.parametrize("products", [1, 2])
@pytest.mark.parametrize("kind", ["lstm", "gru", "conv_lstm2d"])
def test_weights_come_back(kind, products, first):
    window = (3, 3) if kind == "conv_lstm2d" else ()
    ours = Layer("rnn", kind, "", {}, {"kernel": (*window, 2, 0)})
    count = len(gates_of(ours))
    if count == 3 and products == 1:
        return  # the candidate takes the state times a gate: one product cannot make it
    shapes = {"kernel": (*window, 2, 5 * count), "recurrent_kernel": (*window, 5, 5 * count)}
    shapes["bias"] = (2, 5 * count) if kind == "gru" else (5 * count,)
    rng = np.random.default_rng(0)
    weights = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    theirs = tuple(Layer(f"product{n}", "dense", "", {"bias": True}) for n in range(products))
    for gates in permutations(range(count)):
        link = CellLink(ours, theirs, first == INPUT_FIRST, gates)
        there = link.to_torch({"rnn": weights})
        grouped = {layer.path: {n: there[f"{layer.path}/{n}"] for n in ("weight", "bias")} for layer in theirs}
        back = link.to_keras(grouped)
        assert all(np.array_equal(back[f"rnn/{name}"], array) for name, array in weights.items())


def test_every_other_order_is_tried_once():
    cells = {"a": "lin @ xh ifco", "b": "x2h + h2h @ hx ifco"}
    found = list(other_orders(cells))
    assert len(found) == 47
    assert {order_in(trial["a"]) for trial in found} >= {("hx", "ofci"), ("xh", "fico")}
    assert {order_in(trial["b"])[0] for trial in found} == {"hx"}
