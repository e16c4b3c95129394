"""Models with several outputs, each with a loss and targets of its own."""

from __future__ import annotations

import torch  # isort: skip  before TensorFlow
import keras
import numpy as np
import pytest
import torch.nn.functional as F
from keras import layers
from torch import nn

import parity
from parity.errors import UsageError
from parity.goals import Several, goals_of

DRAW = np.random.default_rng(0)
ROWS = DRAW.normal(size=(12, 5)).astype("float32")
KINDS, BOXES = DRAW.integers(0, 3, 12), DRAW.normal(size=(12, 4)).astype("float32")


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.kinds, self.boxes = nn.Linear(5, 6), nn.Linear(6, 3), nn.Linear(6, 4)

    def forward(self, x):
        x = F.relu(self.body(x))
        return self.kinds(x), self.boxes(x)


def checked(loss, weights=None, targets=None):
    """The report of such a pair; Keras adds a cross-entropy and a squared error."""
    x = keras.Input((5,))
    body = layers.Dense(6, activation="relu")(x)
    model = keras.Model(x, [layers.Dense(3, name="kinds")(body), layers.Dense(4, name="boxes")(body)])
    entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.05), [entropy, "mse"], loss_weights=weights)
    module = Heads()
    triple = module, torch.optim.SGD(module.parameters(), 0.05), loss
    inputs = None if targets is None else ROWS
    return parity.check(model, triple, inputs=inputs, targets=targets, rungs=("step", "trajectory"))


def causes(report):
    return {(cause.rule, cause.torch) for cause in report.pairs[0].causes if cause.confirmed}


def in_order(outputs, targets):
    return F.cross_entropy(outputs[0], targets[0]) + F.mse_loss(outputs[1], targets[1])


def by_name(outputs, targets):
    kinds, boxes = outputs
    return F.cross_entropy(kinds, targets["kinds"]) + F.mse_loss(boxes, targets["boxes"])


@pytest.mark.parametrize(
    ("loss", "targets"),
    [(in_order, None), (by_name, None), (in_order, [KINDS, BOXES]), (by_name, {"boxes": BOXES, "kinds": KINDS})],
)
def test_a_loss_takes_its_targets_in_order_or_by_name(loss, targets):
    report = checked(loss, targets=targets)
    assert report, report


def softened(outputs, targets):
    smooth = F.cross_entropy(outputs[0], targets[0], label_smoothing=0.1)
    return smooth + 2 * F.mse_loss(outputs[1], targets[1])


def multiplied(outputs, targets):
    return F.cross_entropy(outputs[0], targets[0]) * F.mse_loss(outputs[1], targets[1])


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (softened, {("loss-label-smoothing", "loss.kinds")}),
        (in_order, {("loss-factor", "loss.boxes")}),
        (multiplied, {("loss-other", "loss")}),
    ],
)
def test_a_cause_says_of_which_output_the_loss_differs(loss, expected):
    assert causes(checked(loss, weights=[1.0, 2.0])) == expected


def test_what_compile_weighs_the_only_loss_with_counts():
    x = keras.Input((5,))
    model = keras.Model(x, layers.Dense(4)(x))
    model.compile(keras.optimizers.SGD(0.05), "mse", loss_weights=0.25)
    module = nn.Linear(5, 4)
    triple = module, torch.optim.SGD(module.parameters(), 0.05), nn.MSELoss()
    assert causes(parity.check(model, triple, rungs=("step",))) == {("loss-factor", "loss")}


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (BOXES, "one array, expected one for each of the 2 outputs"),
        ([KINDS], "1 of them, expected one for each"),
        ({"kinds": KINDS, "box": BOXES}, "kinds, box, expected one for each"),
        ([KINDS, BOXES[:5]], "12, 5 rows"),
    ],
)
def test_targets_that_do_not_fit_the_outputs_are_refused(targets, message):
    with pytest.raises(UsageError, match=message):
        goals_of(targets, ("kinds", "boxes"))


def test_one_output_takes_one_array_in_whatever_it_comes():
    assert np.array_equal(goals_of({"kinds": KINDS}, ("output",)), KINDS)
    assert np.array_equal(goals_of([BOXES], ("output",)), BOXES)
    with pytest.raises(UsageError, match="the models have one output"):
        goals_of((KINDS, BOXES), ("output",))


def test_rows_of_all_targets_are_cut_together():
    first = Several(("kinds", "boxes"), (KINDS, BOXES))[:4]
    assert len(first) == 4
    assert np.array_equal(first.arrays[1], BOXES[:4])
