"""Weights in which no layer is dead or saturated, for networks that show nothing in what they came with."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers
from torch import nn

from parity import check
from parity.sides.keras_state import DEVIATION, levelling


def narrow(kind):
    """One unit per layer, dead from the third on whatever comes in."""
    last = image = keras.Input((6, 3))
    for number in range(12):
        bias = keras.initializers.Constant(-20.0 if number == 2 else 0.1)
        last = kind(last, bias)
    return keras.Model(image, last)


@pytest.mark.parametrize(
    "kind",
    [
        lambda x, bias: layers.Dense(1, "relu", bias_initializer=bias)(x),
        lambda x, bias: layers.Conv1D(1, 1, activation="relu", bias_initializer=bias)(x),
        lambda x, bias: layers.EinsumDense("bsf,fo->bso", (None, 1), "relu", "o", bias_initializer=bias)(x),
    ],
    ids=["dense", "conv", "einsum"],
)
def test_a_dead_network_comes_to_life(kind):
    model, batch = narrow(kind), np.random.default_rng(0).normal(size=(7, 6, 3)).astype("float32")
    assert np.ptp(model(batch)) == 0
    with levelling(model):
        model(batch)
    assert np.ptp(model(batch)) > 0.01


def test_every_layer_makes_mean_0_and_one_deviation():
    model = keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, "sigmoid"), layers.Dense(8, "sigmoid"), layers.Dense(4)]
    )
    batch = np.random.default_rng(0).normal(size=(40, 5)).astype("float32")
    with levelling(model):
        model(batch)
    made = batch
    for layer in model.layers:
        before = made @ np.asarray(layer.kernel) + np.asarray(layer.bias)
        assert np.abs(before.mean(0)).max() < 1e-5
        assert before.std() == pytest.approx(DEVIATION, rel=1e-4)
        made = np.asarray(layer(made))


def test_rounding_is_not_levelled():
    model = keras.Sequential([keras.Input((5,)), layers.Dense(8)])
    before = model.get_weights()[0]
    with levelling(model):
        model(np.full((40, 5), 0.3, "float32") * (1 + 1e-7 * np.arange(40)[:, None]))
    assert (model.get_weights()[0] == before).all()


@pytest.mark.parametrize("slip", [False, True])
def test_a_tower_of_sigmoids_is_judged(slip):
    image = last = keras.Input((4,))
    steps = []
    for number in range(20):
        last = layers.Dense(4, "relu" if slip and number == 9 else "sigmoid")(last)
        steps += [nn.Linear(4, 4), nn.Sigmoid()]
    report = check(keras.Model(image, layers.Dense(2)(last)), nn.Sequential(*steps, nn.Linear(4, 2)))
    assert bool(report) != slip
    assert [cause.rule for pair in report.pairs for cause in pair.causes] == ["activation-other"] * slip


class Points(nn.Module):
    """What a maximum over many points is taken of is hardly ever below zero, unless a unit always is."""

    def __init__(self, rectified):
        super().__init__()
        self.conv, self.norm, self.out = nn.Conv1d(3, 8, 1), nn.BatchNorm1d(8), nn.Linear(8, 2)
        self.rectified = rectified

    def forward(self, x):
        x = self.norm(self.conv(x.transpose(1, 2)))
        return self.out((x.relu() if self.rectified else x).amax(2))


@pytest.mark.parametrize("rectified", [True, False])
def test_a_rectifier_that_changes_nothing_at_first_is_missed(rectified):
    x = keras.Input((30, 3))
    h = layers.Conv1D(8, 1, name="conv")(x)
    h = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="norm")(h)
    h = layers.GlobalMaxPooling1D()(layers.ReLU(name="bent")(h))
    report = check(keras.Model(x, layers.Dense(2)(h)), Points(rectified))
    assert bool(report) == rectified
    assert [cause.rule for pair in report.pairs for cause in pair.causes] == ["activation-other"] * (not rectified)
