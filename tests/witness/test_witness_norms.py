"""Batch norm (both modes, with what it remembers) and layer norm against both frameworks."""

import numpy as np
import pytest
import torch
from agreement import agree, channels_first, channels_last, few, numbers
from hypothesis import given
from hypothesis import strategies as st
from keras import layers
from torch import nn
from torch.nn import functional as F

from keras_impl.layers import aligned
from parity.witness import norms


def affine(width, seed=0):
    random = np.random.default_rng(seed)
    gamma, beta, mean = random.normal(size=(3, width))
    return gamma, beta, mean, random.uniform(0.5, 2, width)


def compare_batch_norm(x):
    """Images (B, H, W, C): training, then evaluation with what was remembered."""
    gamma, beta, mean, variance = affine(x.shape[-1])
    keras = aligned.BatchNormalization()
    keras.build(x.shape)
    keras.set_weights([gamma, beta, mean, variance])
    twin = nn.BatchNorm2d(x.shape[-1])
    twin.load_state_dict(
        {
            "weight": torch.tensor(gamma),
            "bias": torch.tensor(beta),
            "running_mean": torch.tensor(mean),
            "running_var": torch.tensor(variance),
        },
        strict=False,
    )
    image = channels_first(x)
    expected = norms.batch_norm(x, gamma, beta, *norms.batch_statistics(x))
    agree(expected, keras(x, training=True), channels_last(twin(image)))
    remembered = norms.running_statistics(x, mean, variance)
    agree(remembered[0], keras.moving_mean, twin.running_mean)
    agree(remembered[1], keras.moving_variance, twin.running_var)
    twin.eval()
    expected = norms.batch_norm(x, gamma, beta, *remembered)
    agree(expected, keras(x, training=False), channels_last(twin(image)))


def compare_layer_norm(x):
    gamma, beta, *_ = affine(x.shape[-1])
    keras = layers.LayerNormalization(epsilon=1e-5)
    keras.build(x.shape)
    keras.set_weights([gamma, beta])
    theirs = F.layer_norm(torch.tensor(x), x.shape[-1:], torch.tensor(gamma), torch.tensor(beta), 1e-5)
    agree(norms.layer_norm(x, gamma, beta), keras(x), theirs)


def sample(*shape):
    return np.random.default_rng(1).normal(1, 2, shape)


sizes = st.integers(2, 5)


@few
@given(st.tuples(sizes, sizes, sizes, st.integers(1, 4)).flatmap(numbers))
def test_batch_norm(x):
    compare_batch_norm(x)


@few
@given(st.tuples(sizes, sizes, st.integers(1, 6)).flatmap(numbers))
def test_layer_norm(x):
    compare_layer_norm(x)


def test_norms_of_ordinary_numbers():
    compare_batch_norm(sample(4, 3, 5, 6))
    compare_layer_norm(sample(4, 3, 7))


@pytest.mark.parametrize("compare", [compare_batch_norm, compare_layer_norm])
def test_a_wrong_epsilon_is_seen(compare, monkeypatch):
    monkeypatch.setattr(norms, "EPSILON", 1.00001e-5)
    with pytest.raises(AssertionError, match="off by"):
        compare(sample(4, 3, 5, 6))


def test_a_running_variance_divided_by_n_is_seen(monkeypatch):
    def biased(x, mean, variance):
        new_mean, new_variance = norms.batch_statistics(x)
        return 0.9 * mean + 0.1 * new_mean, 0.9 * variance + 0.1 * new_variance

    monkeypatch.setattr(norms, "running_statistics", biased)
    with pytest.raises(AssertionError, match="off by"):
        compare_batch_norm(sample(4, 3, 5, 6))
