"""A bias that one of two matched layers has not: named at that layer, and confirmed where the outputs show it."""

from __future__ import annotations

import torch  # isort: skip  before TensorFlow
import keras
import numpy as np
import pytest
from keras import layers, ops
from torch import nn

import parity

WIDTH, HEADS = 8, 2
TOKENS = np.random.default_rng(0).normal(size=(4, 5, WIDTH)).astype("float32")
ALL = {"query", "key", "value"}
RUNGS = ("parameters", "transfer", "outputs")


class Attention(layers.Layer):
    """Projections of its own, those that are given with a bias."""

    def __init__(self, biased, **options):
        super().__init__(**options)
        self.biased = sorted(biased)
        for name in sorted(ALL):
            setattr(self, name, layers.Dense(WIDTH, use_bias=name in biased, name=name))

    def get_config(self):
        return {**super().get_config(), "biased": self.biased}

    def call(self, x):
        def heads(t):
            return ops.transpose(ops.reshape(t, (-1, x.shape[1], HEADS, WIDTH // HEADS)), (0, 2, 1, 3))

        q, k, v = (heads(layer(x)) for layer in (self.query, self.key, self.value))
        shares = ops.softmax(ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / (WIDTH // HEADS) ** 0.5)
        return ops.reshape(ops.transpose(ops.matmul(shares, v), (0, 2, 1, 3)), (-1, *x.shape[1:]))


class Separate(nn.Module):
    def __init__(self, biased):
        super().__init__()
        for name in sorted(ALL):
            setattr(self, name, nn.Linear(WIDTH, WIDTH, name in biased))

    def projected(self, x):
        return self.query(x), self.key(x), self.value(x)

    def forward(self, x):
        q, k, v = (t.view(*t.shape[:2], HEADS, -1).transpose(1, 2) for t in self.projected(x))
        return nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)


class Packed(Separate):
    def __init__(self, bias=True):
        nn.Module.__init__(self)
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH, bias)

    def projected(self, x):
        return self.qkv(x).chunk(3, -1)


class Beit(Packed):
    """Biases of queries and values beside the packed projection."""

    def __init__(self):
        super().__init__(bias=False)
        self.q_bias, self.v_bias = nn.Parameter(torch.ones(WIDTH)), nn.Parameter(torch.ones(WIDTH))

    def projected(self, x):
        bias = torch.cat([self.q_bias, torch.zeros_like(self.v_bias), self.v_bias])
        return nn.functional.linear(x, self.qkv.weight, bias).chunk(3, -1)


def causes(biased, module):
    model = keras.Sequential([keras.Input((5, WIDTH)), layers.Dense(WIDTH), Attention(biased, name="att")])
    net = nn.Sequential()
    net.add_module("fc", nn.Linear(WIDTH, WIDTH))
    net.add_module("att", module)
    report = parity.check(model, net, inputs=TOKENS, rungs=RUNGS)
    return report, [(each.rule, each.keras, each.torch, each.confirmed) for each in report.pairs[0].causes]


@pytest.mark.parametrize(
    ("ours", "module", "torch", "confirmed"),
    [
        (ALL - {"key"}, Separate(ALL), "att.key", False),
        (ALL, Separate(ALL - {"key"}), "att.key", False),
        (ALL - {"key"}, Packed(), "att.qkv", False),
        (ALL - {"value"}, Packed(), "att.qkv", True),
        (ALL, Beit(), "att.qkv", False),
    ],
)
def test_a_bias_without_a_place_is_named_at_the_layer_that_lacks_it(ours, module, torch, confirmed):
    lacking = "value" if confirmed else "key"
    report, found = causes(ours, module)
    assert found == [("bias-missing", f"att.{lacking}", torch, confirmed)]
    assert {rung.rung for rung in report.pairs[0].rungs if not rung.verdict.green} <= {"parameters", "transfer"}


def test_the_code_beside_a_packed_projection_has_the_biases_that_keras_has():
    report, found = causes(ALL - {"key"}, Beit())
    assert report, report
    assert not found


def test_a_norm_without_a_scale_is_named_once():
    model = keras.Sequential([keras.Input((WIDTH,)), layers.GroupNormalization(4, scale=False, center=False, name="n")])
    report = parity.check(model, nn.Sequential(nn.GroupNorm(4, WIDTH, eps=1e-3)), inputs=TOKENS[:, 0], rungs=RUNGS)
    assert [(each.rule, each.keras) for each in report.pairs[0].causes] == [("norm-affine-missing", "n")]


def test_both_biases_of_a_recurrence_are_taken_away_together():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = nn.LSTM(WIDTH, 3, batch_first=True)

        def forward(self, x):
            return self.rnn(x)[0]

    model = keras.Sequential([keras.Input((5, WIDTH)), layers.LSTM(3, use_bias=False, return_sequences=True)])
    report = parity.check(model, Net(), inputs=TOKENS, rungs=RUNGS)
    (found,) = report.pairs[0].causes
    assert (found.rule, found.torch, found.confirmed) == ("bias-missing", "rnn", True)
