"""What code of the user's draws at random is the same on both sides, and what drops by hand is found."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
import torch
from torch import nn
from torch.nn import functional

from parity.sides import keras_draws, torch_draws, torch_patches

SHAPES = ((3, 5), (3, 4, 4, 2), (3,))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("noise", [True, False])
def test_normal_numbers_are_one_for_each_sample_in_any_shape(shape, noise):
    with keras_draws.agreed(noise):
        ours = [keras.random.normal(shape, 1.0, 2.0), tf.random.normal(shape, 1.0, 2.0)]
    with torch_draws.agreed(noise):
        theirs = [
            1 + 2 * torch.randn(shape),
            1 + 2 * torch.randn_like(torch.zeros(shape)),
            torch.normal(1.0, 2.0, shape),
        ]
        theirs += [torch.empty(shape).normal_(1.0, 2.0), torch.distributions.Normal(torch.ones(shape), 2.0).rsample()]
    for each in (*ours, *theirs):
        assert np.allclose(each, ours[0])
    first = np.asarray(ours[0]).reshape(shape[0], -1)[:, 0]
    assert (len(set(first.tolist())) == shape[0]) == noise


def test_uniform_numbers_are_their_middle_and_chances_are_kept_or_not():
    with keras_draws.agreed(True):
        assert np.allclose(keras.random.uniform((2, 3), 1.0, 4.0), 2.5)
        assert np.allclose(keras.random.binomial((2,), 1.0, [0.3, 0.7]), [0, 1])
        assert np.asarray(keras.random.randint((50,), 0, 9)).max() > 4
    with torch_draws.agreed(True):
        assert np.allclose(torch.rand(2, 3), 0.5)
        assert np.allclose(torch.empty(2).uniform_(1.0, 4.0), 2.5)
        assert np.allclose(torch.empty(2).bernoulli_(0.7), 1)
        assert np.allclose(torch.bernoulli(torch.tensor([0.3, 0.7])), [0, 1])


def test_outside_numbers_are_random_again():
    with torch_draws.agreed(True), keras_draws.agreed(True):
        pass
    assert torch.rand(100).std() > 0.1
    assert np.asarray(keras.random.normal((100,))).std() > 0.1


class Dropping(nn.Module):
    def forward(self, x):
        return x * torch.rand(len(x), 1).add(0.8).floor() / 0.8 if self.training else x


class Noisy(nn.Module):
    def forward(self, x):
        return x + torch.randn_like(x) if self.training else x


class Quantizing(nn.Module):
    def forward(self, x):
        return torch.floor(x + torch.rand_like(x)) if self.training else torch.round(x)


def test_modules_that_hand_on_their_input_in_eval_mode_drop():
    model, found = nn.Sequential(nn.Linear(4, 4), Dropping(), Noisy(), Quantizing()).train(), set()
    with torch_draws.agreed(False) as mode, torch_draws.finding_drops(model, found, mode):
        model(torch.ones(2, 4))
    assert found == {"1"}
    x = torch.ones(50, 4)
    with torch_draws.not_dropping(model, found):
        assert model[1](x) is x
    assert not torch.equal(model[1](x), x)


class KerasDropping(keras.layers.Layer):
    def call(self, x, training=False):
        if not training:
            return x
        return x * keras.ops.floor(0.8 + keras.random.uniform((keras.ops.shape(x)[0], 1))) / 0.8


class KerasNoisy(keras.layers.Layer):
    def call(self, x, training=False):
        return x + keras.random.normal(keras.ops.shape(x)) if training else x


def test_layers_that_hand_on_their_input_in_eval_mode_drop():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, KerasNoisy(name="noisy")(KerasDropping(name="dropping")(inputs)))
    found, count, x = set(), keras_draws.Draws(), np.ones((2, 4), "float32")
    with keras_draws.agreed(False, count), keras_draws.finding_drops(model, found, count):
        model(x, training=True)
    assert found == {"dropping"}
    assert count.normal
    with keras_draws.agreed(False), keras_draws.not_dropping(model, frozenset(found)):
        assert np.array_equal(model(x, training=True), x)


def test_hooks_of_the_user_are_off_and_come_back():
    layer = nn.Linear(2, 1)
    layer.weight.register_hook(torch.zeros_like)
    with torch_patches.without_hooks(layer):
        layer(torch.ones(1, 2)).sum().backward()
    assert layer.weight.grad.tolist() == [[1.0, 1.0]]
    layer.zero_grad()
    layer(torch.ones(1, 2)).sum().backward()
    assert layer.weight.grad.tolist() == [[0.0, 0.0]]


def test_what_drops_in_eval_mode_does_the_same_on_both_sides():
    x = np.ones((3, 4), "float32")
    with keras_draws.dropping_alike():
        ours = np.asarray(keras.layers.Dropout(0.4)(x, training=True))
    with torch_draws.dropping_alike():
        theirs = functional.dropout(torch.tensor(x), 0.4).numpy()
        kept = functional.dropout(torch.tensor(x), 0.4, training=False).numpy()
    assert np.allclose(ours, theirs)
    assert len(set(ours[:, 0].tolist())) == 3
    assert np.array_equal(kept, x)


def test_a_rate_that_is_handed_to_an_attention_in_eval_mode_is_seen():
    q, k, v = torch.rand(3, 2, 5, 4).unbind()
    q, k, v = (each.unsqueeze(0) for each in (q, k, v))
    plain = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    with torch_draws.dropping_alike():
        assert torch.equal(functional.scaled_dot_product_attention(q, k, v, None, 0.0, True), plain)
        dropped = functional.scaled_dot_product_attention(q, k, v, dropout_p=0.1, is_causal=True)
        again = functional.scaled_dot_product_attention(q, k, v, dropout_p=0.1, is_causal=True)
    assert torch.equal(dropped, again)
    assert not torch.allclose(dropped, plain)


def test_a_gumbel_softmax_shifts_all_classes_alike():
    logits = torch.tensor([[1.0, 3.0, 2.0]])
    with torch_draws.dropping_alike():
        assert torch.allclose(functional.gumbel_softmax(logits, 0.5), torch.softmax(logits / 0.5, -1))
        assert functional.gumbel_softmax(logits, 0.5, hard=True).tolist() == [[0.0, 1.0, 0.0]]
