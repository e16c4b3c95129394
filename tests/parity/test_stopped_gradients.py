"""Gradients that one side stops: named where nothing else differs, and only there."""

from __future__ import annotations

import torch  # isort: skip  before TensorFlow
import keras
import numpy as np
import pytest
from keras import layers, ops
from torch import nn

import parity

ROWS = np.random.default_rng(0).normal(size=(6, 5)).astype("float32")


class Nearest(layers.Layer):
    """Straight through: the row of a table that is largest, with the gradient of its input."""

    def call(self, x):
        chosen = ops.one_hot(ops.argmax(x, axis=-1), 4, dtype=x.dtype)
        return x + ops.stop_gradient(chosen - x)


class Net(nn.Module):
    def __init__(self, through):
        super().__init__()
        self.first, self.last, self.through = nn.Linear(5, 4), nn.Linear(4, 2), through

    def forward(self, x):
        x = self.first(x)
        return self.last(self.through(x, nn.functional.one_hot(x.argmax(-1), 4).to(x.dtype)))


def inside_a_block(x, chosen):
    with torch.no_grad():
        return x + (chosen - x)


def rules(through):
    ours = keras.Sequential([keras.Input((5,)), layers.Dense(4, name="first"), Nearest(), layers.Dense(2, name="last")])
    report = parity.check(ours, Net(through), inputs=ROWS)
    assert bool(report) == (not report.pairs[0].causes)
    return {(cause.rule, cause.keras, cause.torch, cause.confirmed) for cause in report.pairs[0].causes}


@pytest.mark.parametrize("through", [lambda x, chosen: chosen, inside_a_block], ids=["cut", "block"])
def test_a_gradient_that_one_side_stops_is_named_at_the_last_layer_that_lacks_it(through):
    assert rules(through) == {("gradient-stopped", "first", "first", True)}


def test_a_gradient_that_both_sides_stop_is_none():
    assert rules(lambda x, chosen: x + (chosen - x).detach()) == set()


def test_where_only_an_input_loses_its_gradient_that_is_the_place():
    x = keras.Input((5,), name="x")
    ours = keras.Model(x, layers.Dense(2, name="last")(x - ops.mean(x, axis=1, keepdims=True)))

    class Centred(nn.Module):
        def __init__(self):
            super().__init__()
            self.last = nn.Linear(5, 2)

        def forward(self, x):
            return self.last(x - x.mean(1, keepdim=True).detach())

    (cause,) = parity.check(ours, Centred(), inputs=ROWS).pairs[0].causes
    assert (cause.rule, cause.keras, cause.torch, cause.confirmed) == ("gradient-stopped", "x", "x", True)
