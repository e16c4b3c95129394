"""Weights that no output depends on: what only one side holds is explained, what is dead hides no difference."""

from __future__ import annotations

import torch  # isort: skip  before TensorFlow
import keras
import pytest
from keras import layers
from torch import nn

import parity
from parity.verdicts import Verdict

IMAGE = (6, 6, 3)


def keras_model():
    x = keras.Input((5,))
    return keras.Model(x, layers.Dense(2)(layers.Dense(4, activation="relu")(x)))


class Net(nn.Module):
    """With a head that it computes or not, and throws away."""

    def __init__(self, calls=True, adds=0.0):
        super().__init__()
        self.body, self.out, self.other = nn.Linear(5, 4), nn.Linear(4, 2), nn.Linear(4, 2)
        self.calls, self.adds = calls, nn.Parameter(torch.tensor(adds)) if adds else None

    def forward(self, x):
        x = torch.relu(self.body(x))
        other = self.other(x) if self.calls else None
        return self.out(x) if self.adds is None else self.out(x) + (self.adds - self.adds.detach()) * other


def test_a_head_that_runs_and_is_thrown_away_is_missed():
    report = parity.check(keras_model(), Net())
    assert {cause.rule for cause in report.pairs[0].causes} == {"layer-missing"}


def test_a_head_that_is_never_called_is_explained():
    report = parity.check(keras_model(), Net(calls=False))
    assert report, report
    (parameters,) = [rung for rung in report.pairs[0].rungs if rung.rung == "parameters"]
    assert parameters.details["explained"] == {"other/weight": "unused-weights", "other/bias": "unused-weights"}


class Auxiliary(Net):
    """The other head is an output of train mode."""

    def forward(self, x):
        x = torch.relu(self.body(x))
        return (self.out(x), self.other(x)) if self.training else self.out(x)


def test_a_head_of_train_mode_is_read():
    report = parity.check(keras_model(), Auxiliary())
    assert {cause.rule for cause in report.pairs[0].causes} == {"layer-missing"}


def test_weights_that_nothing_is_seen_of_at_first_are_read_all_the_same():
    """A factor of zero, as some networks begin with."""
    report = parity.check(keras_model(), Net(adds=1.0))
    assert report.pairs[0].verdict is Verdict.FAIL


def gated_keras(pool):
    x = keras.Input(IMAGE)
    y = layers.Conv2D(4, 3, activation="relu", name="stem")(x)
    gate = layers.Dense(1, activation="relu", name="squeeze")(pool()(y))
    gate = layers.Dense(4, activation="sigmoid", name="excite")(gate)
    return keras.Model(x, layers.Multiply()([y, layers.Reshape((1, 1, 4))(gate)]))


class Gated(nn.Module):
    """What the one unit between squeeze and excitation is given is positive: it is dead, or is for no input."""

    def __init__(self):
        super().__init__()
        self.stem, self.squeeze, self.excite = nn.Conv2d(3, 4, 3), nn.Linear(4, 1), nn.Linear(1, 4)

    def forward(self, x):
        y = torch.relu(self.stem(x))
        gate = torch.sigmoid(self.excite(torch.relu(self.squeeze(y.mean((2, 3))))))
        return y * gate[:, :, None, None]


@pytest.mark.parametrize("seed", range(4))
def test_dead_units_hide_no_difference(seed):
    """Whether or not the unit is dead in the first weights that are drawn."""
    assert parity.check(gated_keras(layers.GlobalAveragePooling2D), Gated(), seed=seed)
    report = parity.check(gated_keras(layers.GlobalMaxPooling2D), Gated(), seed=seed)
    assert {cause.rule for cause in report.pairs[0].causes} == {"pool-other"}, report
