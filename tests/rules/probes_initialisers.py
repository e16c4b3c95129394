"""Probes of first weights and weights loaded wrongly."""

from __future__ import annotations

import math
from contextlib import ExitStack, contextmanager

import torch  # isort: skip  before TensorFlow
import keras
import numpy as np
from keras import initializers, layers, ops
from keras.src.backend import random as keras_random
from probing import Replaced, array, built, copied, error, fresh, n, probe, run, t
from torch import nn


def quantiles(shape):
    """As many evenly spread shares of 1 as the tensor has elements, shuffled."""
    count = math.prod(shape)
    return np.random.default_rng(0).permutation((np.arange(count) + 0.5) / count).reshape(shape)


def normal_at(shares):
    return math.sqrt(2) * torch.erfinv(2 * torch.as_tensor(shares) - 1).numpy()


def truncated(shares, low=-2.0, high=2.0):
    """Quantiles of a standard normal that is cut at both ends."""
    ends = [0.5 * (1 + math.erf(end / math.sqrt(2))) for end in (low, high)]
    return normal_at(ends[0] + shares * (ends[1] - ends[0]))


@contextmanager
def shared_quantiles():
    """Uniform and normal draws of both frameworks become quantiles of the asked-for distribution."""

    def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
        return ops.convert_to_tensor(minval + (maxval - minval) * quantiles(tuple(shape)))

    def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
        return ops.convert_to_tensor(mean + stddev * normal_at(quantiles(tuple(shape))))

    def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
        return ops.convert_to_tensor(mean + stddev * truncated(quantiles(tuple(shape))))

    def torch_uniform(tensor, a=0.0, b=1.0, generator=None):
        return tensor.copy_(torch.as_tensor(a + (b - a) * quantiles(tuple(tensor.shape))))

    def torch_normal(tensor, mean=0.0, std=1.0, generator=None):
        return tensor.copy_(torch.as_tensor(mean + std * normal_at(quantiles(tuple(tensor.shape)))))

    with ExitStack() as stack:
        for owner, name, value in (
            (keras_random, "uniform", uniform),
            (keras_random, "normal", normal),
            (keras_random, "truncated_normal", truncated_normal),
            (torch.Tensor, "uniform_", torch_uniform),
            (torch.Tensor, "normal_", torch_normal),
        ):
            stack.enter_context(Replaced(owner, name, value))
        yield


def sorted_error(one, other):
    """Difference of two sets of weights, whatever their order."""
    return error(np.sort(n(one).ravel()), np.sort(n(other).ravel()))


@probe
def init_dense_kernel():
    with shared_quantiles():
        kernel = fresh(layers.Dense(6), (None, 4)).kernel
        stock = nn.Linear(4, 6).weight
        fixed = nn.init.xavier_uniform_(nn.Linear(4, 6).weight)
    return sorted_error(kernel, stock), sorted_error(kernel, fixed)


@probe
def init_bias():
    bias = fresh(layers.Dense(6), (None, 4)).bias
    module = nn.Linear(4, 6)
    before = error(bias, module.bias)
    return before, error(bias, nn.init.zeros_(module.bias))


@probe
def init_depthwise_fan():
    with shared_quantiles():
        layer = fresh(layers.DepthwiseConv2D(3, depthwise_initializer="he_uniform"), (None, 8, 8, 4))
        module = nn.Conv2d(4, 4, 3, groups=4)
        stock = nn.init.kaiming_uniform_(module.weight, nonlinearity="relu").clone()
        bound = math.sqrt(6 / (3 * 3 * 4))
        fixed = nn.init.uniform_(module.weight, -bound, bound)
    return sorted_error(layer.kernel, stock), sorted_error(layer.kernel, fixed)


@probe
def init_embedding():
    with shared_quantiles():
        table = fresh(layers.Embedding(5, 4), (None, 3)).embeddings
        stock = nn.Embedding(5, 4).weight
        fixed = nn.init.uniform_(nn.Embedding(5, 4).weight, -0.05, 0.05)
    return sorted_error(table, stock), sorted_error(table, fixed)


@probe
def init_lstm_forget_bias():
    bias = n(fresh(layers.LSTM(3), (None, 5, 4)).cell.bias)
    module = nn.LSTM(4, 3)
    before = error(bias, module.bias_ih_l0 + module.bias_hh_l0)
    with torch.no_grad():
        module.bias_ih_l0.zero_()[3:6] = 1.0
        module.bias_hh_l0.zero_()
    return before, error(bias, module.bias_ih_l0 + module.bias_hh_l0)


@probe
def init_recurrent():
    with shared_quantiles():
        cell = fresh(layers.LSTM(3), (None, 5, 4)).cell
        module = nn.LSTM(4, 3)
        before = sorted_error(cell.kernel, module.weight_ih_l0)
        nn.init.xavier_uniform_(module.weight_ih_l0)
    nn.init.orthogonal_(module.weight_hh_l0)
    recurrent = n(fresh(layers.LSTM(3), (None, 5, 4)).cell.recurrent_kernel)
    square = [error(recurrent @ recurrent.T, np.eye(3)), error(module.weight_hh_l0.T @ module.weight_hh_l0, np.eye(3))]
    return before, max(sorted_error(cell.kernel, module.weight_ih_l0), *square)


@probe
def init_attention():
    shape = (None, 5, 6)
    with shared_quantiles():
        layer = layers.MultiHeadAttention(2, 3)
        layer.build(shape, shape)
        module = nn.MultiheadAttention(6, 2)
        before = sorted_error(layer.weights[0], module.in_proj_weight[:6])
        bound = math.sqrt(6 / 12)
        for rows in module.in_proj_weight.data.split(6):
            rows.uniform_(-bound, bound)
        nn.init.xavier_uniform_(module.out_proj.weight)
    return before, max(
        sorted_error(layer.weights[0], module.in_proj_weight[:6]),
        sorted_error(layer.weights[6], module.out_proj.weight),
    )


@probe
def init_truncation_bounds():
    with shared_quantiles():
        w = initializers.VarianceScaling(1.0, "fan_in", "truncated_normal")((100, 4))
    stock = 0.1 * truncated(quantiles((4, 100)), -20, 20)  # trunc_normal_(std=0.1) cuts at -2 and 2, twenty deviations
    fixed = 0.1 / 0.87962566103423978 * truncated(quantiles((4, 100)))
    torch.manual_seed(0)
    assert float(nn.init.trunc_normal_(torch.empty(20_000), std=0.1).abs().max()) > 0.3
    return sorted_error(w, stock), sorted_error(w, fixed)


@probe
def init_truncated():
    with shared_quantiles():
        w = initializers.HeNormal()((4, 100))
        stock = nn.init.kaiming_normal_(torch.empty(100, 4), nonlinearity="relu")
    fixed = math.sqrt(2 / 4) / 0.87962566103423978 * truncated(quantiles((100, 4)))
    return sorted_error(w, stock), sorted_error(w, fixed)


@probe
def init_he_uniform():
    with shared_quantiles():
        w = initializers.HeUniform()((4, 6))
        stock = nn.Linear(4, 6).weight
        fixed = nn.init.kaiming_uniform_(torch.empty(6, 4), nonlinearity="relu")
    return sorted_error(w, stock), sorted_error(w, fixed)


@probe
def init_shared_object():
    shared = initializers.GlorotUniform()
    same = [n(fresh(layers.Dense(3, kernel_initializer=shared), (None, 3)).kernel) for _ in range(2)]
    named = [n(fresh(layers.Dense(3), (None, 3)).kernel) for _ in range(2)]
    return float(error(*same) == 0), float(error(*named) == 0)


@probe
def init_dtype_stream():
    def drawn(dtype):
        return n(keras.random.uniform((20,), seed=1, dtype=dtype)).astype("float64")

    once = drawn("float32")
    return error(once, drawn("float64")), error(ops.cast(once, "float64"), torch.tensor(once).double())


@probe
def init_seed():
    keras.utils.set_random_seed(0)
    layer = fresh(layers.Dense(4, kernel_initializer="he_uniform"), (None, 4))
    torch.manual_seed(0)
    module = nn.Linear(4, 4)
    before = sorted_error(layer.kernel, nn.init.kaiming_uniform_(module.weight, nonlinearity="relu"))
    drawn = np.random.default_rng(0).normal(size=(4, 4))
    layer.kernel.assign(drawn)
    module.weight.data = t(drawn.T)
    return before, error(layer.kernel, module.weight.T)


@probe
def init_normal_defaults():
    with shared_quantiles():
        w = initializers.RandomNormal()((5, 4))
        stock, fixed = nn.init.normal_(torch.empty(5, 4)), nn.init.normal_(torch.empty(5, 4), std=0.05)
    return sorted_error(w, stock), sorted_error(w, fixed)


@probe
def weights_never_loaded():
    x = array(4, 5)
    layer, module = built(layers.Dense(3), x), nn.Linear(5, 3)
    y = run(layer, x)
    return error(y, module(t(x))), error(y, copied(layer, module, "dense")(t(x)))


@probe
def weights_by_position():
    x = array(4, 3)
    a, b = built(layers.Dense(3), x), built(layers.Dense(3), x, seed=2)
    y = run(b, run(a, x))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.b, self.a = nn.Linear(3, 3), nn.Linear(3, 3)

        def forward(self, values):
            return self.b(self.a(values))

    module = Net()
    for parameter, weight in zip(module.parameters(), (*a.weights, *b.weights), strict=True):
        parameter.data = t(n(weight).T)
    before = error(y, module(t(x)))
    copied(a, module.a, "dense")
    copied(b, module.b, "dense")
    return before, error(y, module(t(x)))
