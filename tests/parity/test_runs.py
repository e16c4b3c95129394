"""What is rounding in the states of a training, and what is a small value that is wrong."""

from __future__ import annotations

import torch  # isort: skip  before TensorFlow
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from keras import layers
from torch import nn

import parity
from parity.ladder.findings import Findings
from parity.ladder.runs import Runs

HALF = np.abs(np.random.default_rng(0).normal(size=(6, 3)))
ROWS = np.concatenate([HALF, -HALF]).astype("float32")
"""A rectifier behind a sum lets all of the first half pass, and nothing of the second."""
PATHS = ("norm/beta", "head/kernel")
RUNGS = ("transfer", "step", "trajectory")


def keras_model():
    summed = layers.Dense(1, activation="relu", kernel_initializer="ones", name="sum")
    norm = layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name="norm")
    return keras.Sequential([keras.Input((3,)), summed, norm, layers.Dense(2, name="head")])


def torch_model(keras_model):
    module = nn.Sequential(nn.Linear(3, 1), nn.ReLU(), nn.BatchNorm1d(1), nn.Linear(1, 2))
    kernels = keras_model.get_layer("sum").kernel, keras_model.get_layer("head").kernel
    with torch.no_grad():
        for layer, kernel in zip((module[0], module[3]), kernels, strict=True):
            layer.weight.copy_(torch.from_numpy(kernel.numpy().T))
            layer.bias.zero_()
    return module


@pytest.mark.parametrize("own", [False, True])
def test_a_gradient_that_vanishes_only_on_the_batches_of_a_run_is_rounding(own):
    ours = keras_model()
    report = parity.check(ours, torch_model(ours), inputs=ROWS, rungs=RUNGS, own_weights=own)
    assert report, report
    assert "sum/bias" not in report.pairs[0].rungs[1].details["zero_on_both_sides"]


@pytest.mark.parametrize(
    ("slot", "small", "caught"),
    [
        ("momentum", 1e-18, False),
        ("momentum", 1e-9, True),
        ("velocity", 1e-34, False),
        ("velocity", 1e-18, True),
        ("of the user's own", 1e-18, True),
    ],
)
def test_a_small_slot_is_judged_and_rounding_is_not(slot, small, caught):
    runs = runs_of(small)
    runs._judge_slot(slot, 0, 0, "after update 1")
    assert bool(runs.findings.violations) is caught


@pytest.mark.parametrize(("small", "caught"), [(1e-18, False), (1e-9, True)])
def test_a_weight_that_began_at_zero_is_judged_unless_it_moved_by_rounding(small, caught):
    runs = runs_of(small)
    runs._judge_weights(0, 0, "after update 1")
    assert bool(runs.findings.violations) is caught


def runs_of(small):
    """One weight is small, and on the one side twice as large as on the other."""
    held = [{"norm/beta": np.full(3, share * small), "head/kernel": np.ones((2, 3))} for share in (1.0, 2.0)]
    pair = SimpleNamespace(
        rounding=frozenset(),
        proven_state=None,
        weights=held,
        trained=[SimpleNamespace(numbers={})],
        trained_state=lambda step, what, only="": [held],
        descriptions=(SimpleNamespace(parameters=[SimpleNamespace(path=path) for path in PATHS]),),
    )
    return Runs(pair, Findings("step"), 1e-10)
