"""Value and derivative of every activation against both frameworks and their autograd."""

import numpy as np
import pytest
import torch
from agreement import agree, few, keras_gradient, numbers, shapes, torch_gradient
from hypothesis import given
from keras import layers, ops
from torch.nn import functional as F

from keras_impl.layers import aligned
from parity.witness import activations

# name of the formula: what must agree with it in Keras, in PyTorch
ACTIVATIONS = {
    "relu": ([ops.relu, lambda x: layers.ReLU()(x)], [F.relu]),
    "leaky_relu": ([lambda x: ops.where(x > 0, x, 0.01 * x)], [F.leaky_relu]),
    "elu": ([ops.elu], [F.elu]),
    "sigmoid": ([ops.sigmoid], [torch.sigmoid]),
    "tanh": ([ops.tanh], [torch.tanh]),
    "swish": ([ops.silu], [F.silu]),
    "gelu": ([lambda x: ops.gelu(x, approximate=False), lambda x: aligned.GELU()(x)], [F.gelu]),
    "gelu_tanh": (
        [lambda x: ops.gelu(x, approximate=True), lambda x: aligned.GELU("tanh")(x)],
        [lambda x: F.gelu(x, approximate="tanh")],
    ),
}
POINTS = np.concatenate([np.linspace(-8, 8, 161), [-700.0, -30.0, 30.0, 700.0]])  # zero is one of them


def slope_like(x):
    return np.random.default_rng(x.size).normal(size=x.shape)


def compare(name, x, keras, torch_functions, **options):
    value = getattr(activations, name)(x, **options)
    slope = slope_like(x)
    gradient = slope * getattr(activations, f"{name}_derivative")(x, **options)
    for function in keras:
        ours, by_x = keras_gradient(function, x, slope)
        agree(value, ours)
        agree(gradient, by_x)
    for function in torch_functions:
        theirs, by_x = torch_gradient(function, x, slope)
        agree(value, theirs)
        agree(gradient, by_x)


def compare_softmax(x):
    slope = slope_like(x)
    gradient = np.einsum("...i,...ij->...j", slope, activations.softmax_derivative(x))
    for value, by_x in (
        keras_gradient(lambda x: ops.softmax(x, axis=-1), x, slope),
        torch_gradient(lambda x: torch.softmax(x, -1), x, slope),
    ):
        agree(activations.softmax(x), value)
        agree(gradient, by_x)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_value_and_derivative_far_and_near(name):
    compare(name, POINTS, *ACTIVATIONS[name])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_value_and_derivative_of_any_shape(name):
    @few
    @given(numbers(shapes(), 40))
    def check(x):
        compare(name, x, *ACTIVATIONS[name])

    check()


@pytest.mark.parametrize("beta", [0.5, 1.702, -2.0])
def test_swish_with_beta(beta):
    compare("swish", POINTS, [lambda x: x * ops.sigmoid(beta * x)], [lambda x: x * torch.sigmoid(beta * x)], beta=beta)


def test_elu_with_alpha():
    compare("elu", POINTS, [lambda x: ops.elu(x, alpha=0.5)], [lambda x: F.elu(x, alpha=0.5)], alpha=0.5)


def test_softmax():
    @few
    @given(numbers(shapes(shortest=2), 800))
    def check(x):
        compare_softmax(x)

    check()


def test_stock_keras_keeps_the_leaky_slope_in_single_precision():
    compare("leaky_relu", POINTS, [layers.LeakyReLU(negative_slope=0.01)], [], slope=float(np.float32(0.01)))
    with pytest.raises(AssertionError, match="off by"):
        compare("leaky_relu", POINTS, [layers.LeakyReLU(negative_slope=0.01)], [])


def other(function, **options):
    return lambda x: function(x, **options)


WRONG = {
    "relu": ("relu_derivative", lambda x: np.where(x >= 0, 1.0, 0.0)),
    "leaky_relu": ("leaky_relu", other(activations.leaky_relu, slope=0.01 + 1e-9)),
    "elu": ("elu_derivative", other(activations.elu_derivative, alpha=1 + 1e-9)),
    "sigmoid": ("sigmoid_derivative", lambda x: activations.sigmoid(x) * (1 - activations.sigmoid(x)) + 1e-11),
    "tanh": ("tanh", lambda x: np.tanh(x * (1 + 1e-9))),
    "swish": ("swish", other(activations.swish, beta=1 + 1e-9)),
    "gelu": ("gelu", activations.gelu_tanh),
    "gelu_tanh": ("CUBIC", 0.0447150001),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_planted_error_is_seen(name, monkeypatch):
    monkeypatch.setattr(activations, *WRONG[name])
    with pytest.raises(AssertionError, match="off by"):
        compare(name, POINTS, *ACTIVATIONS[name])


def test_a_planted_error_in_softmax_is_seen(monkeypatch):
    softmax = activations.softmax
    monkeypatch.setattr(activations, "softmax", lambda x: softmax(x * (1 + 1e-9)))
    with pytest.raises(AssertionError, match="off by"):
        compare_softmax(np.array([[1.0, 2.0, 4.0]]))
