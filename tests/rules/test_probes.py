"""Every claim of size in the book is measured: the obvious port is off by that much, the fixed port by nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import nullcontext

import torch  # isort: skip  before TensorFlow

import keras
import pytest
from probes import PLAIN, PROBES, stock_float64

from parity.rules.book import RULES
from parity.sides.keras_patches import policy

FIXED = 1e-10
CLASS = 3.0  # the book's size is right within this factor
SLOW = {  # half of the time
    "recurrent-two-biases",
    "recurrent-mask",
    "recurrent-dropout-place",
    "recurrent-dropout-state",
    "recurrent-stateful",
    "recurrent-state-order",
    "recurrent-backwards-order",
    "gru-reset-before",
    "bidirectional-last-step",
    "bidirectional-order",
    "bidirectional-padding",
    "freeze-after-fit",
    "history-weighted",
    "evaluate-masked-batches",
    "adafactor-epsilon",
    "embedding-sparse-gradient",
}
MEASURED = [rule for rule in RULES.values() if rule.probe]


@pytest.fixture(autouse=True, scope="module")
def double_precision() -> Iterator[None]:
    """True float64 in Keras, as while parity records, and float64 defaults in Torch."""
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    with policy("float64"):
        yield
    torch.set_default_dtype(default)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "rule", [pytest.param(rule, marks=[pytest.mark.full] * (rule.id in SLOW), id=rule.id) for rule in MEASURED]
)
def test_the_obvious_port_is_off_and_the_fixed_port_is_not(rule):
    keras.utils.set_random_seed(0)
    torch.manual_seed(0)
    with stock_float64() if rule.id in PLAIN else nullcontext():
        before, after = PROBES[rule.id]()
    if rule.size is None:
        assert before == math.inf
    else:
        assert rule.size / CLASS <= before <= rule.size * CLASS
    assert after < FIXED


def test_the_slow_probes_exist():
    assert set(PROBES) > SLOW


def test_every_probe_belongs_to_a_rule_that_names_it():
    assert {rule.id: rule.probe for rule in MEASURED} == {name: name.replace("-", "_") for name in PROBES}
