"""Scaled dot-product attention against both frameworks' own and against the ``self_attention`` twins."""

import numpy as np
import pytest
import torch
from agreement import agree, few
from hypothesis import given
from hypothesis import strategies as st
from keras import ops
from torch.nn import functional as F

from keras_impl.models.self_attention import build_self_attention
from parity.witness import attention
from torch_impl.models.self_attention import SelfAttention


def compare(heads=2, queries=3, sources=4, width=5, visible=None):
    """Heads are an axis before the steps here and in PyTorch, after them in Keras."""
    random = np.random.default_rng((heads, queries, sources, width))
    query = random.normal(size=(2, heads, queries, width))
    key, value = random.normal(size=(2, 2, heads, sources, width))
    expected, weights = attention.attention(query, key, value, visible)
    agree(np.ones(weights.shape[:-1]), weights.sum(-1))
    ours = by_keras(query, key, value, visible, scale=width**-0.5)
    there = map(torch.tensor, (query, key, value))
    theirs = F.scaled_dot_product_attention(*there, attn_mask=None if visible is None else torch.tensor(visible))
    agree(expected, ours, theirs)


def by_keras(query, key, value, visible=None, scale=None):
    mask = None if visible is None else visible[None, None]
    arguments = (ops.swapaxes(x, 1, 2) for x in (query, key, value))
    return ops.swapaxes(ops.dot_product_attention(*arguments, mask=mask, scale=scale), 1, 2)


def compare_twins():
    """The ``self_attention`` twins, which show their weights."""
    keras, twin = build_self_attention(6, 5), SelfAttention(6, 5)
    random = np.random.default_rng(0)
    features = random.normal(size=(2, 4, 6))
    kernels = {name: random.normal(size=(6, 5)) for name in ("query", "key", "value")}
    for name, kernel in kernels.items():
        keras.get_layer(name).kernel.assign(kernel)
        twin.get_submodule(name).weight.data = torch.tensor(kernel.T)
    expected, weights = attention.attention(*(features @ kernel for kernel in kernels.values()))
    ours, theirs = keras(features), twin(torch.tensor(features))
    agree(expected, ours["output"], theirs["output"])
    agree(weights, ours["attention"], theirs["attention"])


@few
@given(st.tuples(*[st.integers(1, 4)] * 4))
def test_attention(sizes):
    compare(*sizes)


@pytest.mark.parametrize("length", [1, 4])
def test_causal_attention(length):
    compare(2, length, length, 5, visible=attention.causal(length))


@pytest.mark.parametrize(("width", "same"), [(4, True), (5, False)])
def test_the_default_scale_of_keras_is_a_root_in_single_precision(width, same):
    query, key, value = np.random.default_rng(0).normal(size=(3, 2, 2, 4, width))
    error = np.abs(by_keras(query, key, value) - attention.attention(query, key, value)[0]).max()
    assert error < 1e-15 if same else 1e-10 < error < 1e-6


def test_the_self_attention_twins():
    compare_twins()


@pytest.mark.parametrize("check", [compare, compare_twins])
def test_a_wrong_scale_is_seen(check, monkeypatch):
    formula = attention.attention
    monkeypatch.setattr(attention, "attention", lambda q, *rest: formula(q * (1 + 1e-9), *rest))
    with pytest.raises(AssertionError, match="off by"):
        check()


def test_a_mask_that_shows_one_step_too_many_is_seen(monkeypatch):
    formula = attention.attention
    monkeypatch.setattr(attention, "attention", lambda q, k, v, _: formula(q, k, v, np.tri(4, k=1, dtype=bool)))
    with pytest.raises(AssertionError, match="off by"):
        compare(2, 4, 4, 5, visible=attention.causal(4))
