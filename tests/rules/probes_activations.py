"""Probes of activations and dropout."""

from __future__ import annotations

import math

import torch  # isort: skip  before TensorFlow
import keras
import numpy as np
import torch.nn.functional as F
from keras import layers, ops
from keras.src import backend
from probing import Replaced, array, built, error, first, gradient, n, probe, run, t
from torch import nn

from torch_impl.layers import aligned


@probe
def gelu_form():
    x = array(200)
    exact, tanh = run(keras.activations.gelu, x), run(ops.gelu, x)
    return (
        error(tanh, F.gelu(t(x))),
        max(error(tanh, F.gelu(t(x), approximate="tanh")), error(exact, F.gelu(t(x)))),
    )


@probe
def leaky_slope():
    x = array(50)
    y = run(layers.LeakyReLU(), x)
    return error(y, nn.LeakyReLU()(t(x))), error(y, F.leaky_relu(t(x), float(np.float32(0.3))))


@probe
def leaky_slope_float32():
    x = array(50)
    y = run(layers.LeakyReLU(0.3), x)
    port = F.leaky_relu(t(x), 0.3)
    return error(y, port), error(n(ops.where(x > 0, x, 0.3 * x)), port)


@probe
def softplus_threshold():
    x = np.linspace(19.0, 22.0, 31)
    y = run(ops.softplus, x)
    return error(y, F.softplus(t(x))), error(y, torch.logaddexp(t(x), torch.zeros(31)))


@probe
def hard_sigmoid_form():
    x = 2 * array(50)
    y = run(ops.hard_sigmoid, x)
    return error(y, (0.2 * t(x) + 0.5).clamp(0, 1)), error(y, F.hardsigmoid(t(x)))


@probe
def prelu_shape():
    x = array(2, 4, 4, 3)
    each = built(layers.PReLU(), x)
    shared = built(layers.PReLU(shared_axes=[1, 2]), x)
    module = nn.PReLU(3)
    module.weight.data = t(n(each.alpha).mean((0, 1)))
    before = error(first(run(each, x)), module(first(x)))
    module.weight.data = t(n(shared.alpha).ravel())
    return before, error(first(run(shared, x)), module(first(x)))


@probe
def relu_threshold():
    x = 4 * array(50)
    y = run(layers.ReLU(max_value=6.0, negative_slope=0.25, threshold=1.0), x)
    values = t(x)
    fixed = torch.where(values >= 6, 6.0, torch.where(values >= 1, values, 0.25 * (values - 1)))
    return error(y, F.leaky_relu(values, 0.25).clamp(max=6)), error(y, fixed)


@probe
def dropout_stream():
    x = array(4, 6)
    y = run(layers.Dropout(0.5, seed=3), x, training=True)
    mask = run(layers.Dropout(0.5, seed=3), np.ones((4, 6)), training=True)
    torch.manual_seed(3)
    return error(y, F.dropout(t(x), 0.5)), error(y, t(x) * t(mask))


@probe
def dropout_rate():
    x = array(4, 6)
    y = run(layers.Dropout(0.5, seed=3), x, training=True)
    mask = t(run(layers.Dropout(0.5, seed=3), np.ones((4, 6)), training=True)) / 2
    return error(y, t(x) * mask / 0.8), error(y, t(x) * mask / 0.5)


def spread(maps):
    """How far the numbers of one map (B, C, H, W) are from each other."""
    return float((n(maps).max((2, 3)) - n(maps).min((2, 3))).max())


@probe
def dropout_channels():
    ones = np.ones((4, 5, 5, 6))
    maps = first(run(layers.SpatialDropout2D(0.5, seed=1), ones, training=True))
    torch.manual_seed(0)
    rows = torch.movedim(F.dropout2d(t(ones), 0.5), -1, 1)
    return spread(rows), max(spread(maps), spread(F.dropout2d(first(ones), 0.5)))


@probe
def dropout_stochastic_depth():
    ones = torch.ones(6, 3, 4, 4)
    torch.manual_seed(0)
    each, whole = nn.Dropout(0.5)(ones), aligned.StochasticDepth(0.5)(ones)
    keras_whole = run(layers.Dropout(0.5, noise_shape=(None, 1, 1, 1), seed=1), np.ones((6, 4, 4, 3)), training=True)
    return spread(each), max(spread(whole), spread(first(keras_whole)))


@probe
def dropout_alpha():
    x = array(40)
    y = run(layers.AlphaDropout(0.5, seed=1), x, training=True)
    dropped = -1.0507009873554805 * 1.6732632423543772
    scale = 1 / math.sqrt(0.5 * (1 + 0.5 * dropped**2))
    shift = -scale * dropped * 0.5
    mask = t(np.isclose(y, scale * x + shift))
    fixed = scale * torch.where(mask, t(x), dropped) + shift
    return error(y, 2.0 * t(x) * mask), error(y, fixed)


@probe
def dropout_gaussian():
    x, z = array(40), array(40, seed=2)
    with Replaced(backend.random, "normal", lambda shape, mean=0.0, stddev=1.0, **_: mean + stddev * z):
        y = run(layers.GaussianDropout(0.2), x, training=True)
    return error(y, t(x) * (1 + 0.2 * t(z))), error(y, t(x) * (1 + math.sqrt(0.2 / 0.8) * t(z)))


@probe
def activation_kinks():
    at = np.array([1.0, 0.0])

    def keras_slopes(x):
        return ops.sum(ops.hard_tanh(x)) + ops.sum(ops.maximum(x, 0.0))

    def torch_slopes(x):
        return F.hardtanh(x).sum() + torch.maximum(x, torch.zeros(())).sum()

    point = t(at).requires_grad_()
    torch_slopes(point).backward()
    before = error(gradient(keras_slopes, at), point.grad)
    point = t(at).requires_grad_()
    F.relu(point).sum().backward()
    return before, error(gradient(lambda x: ops.sum(ops.relu(x)), at), point.grad)
