"""The same first weights, with PyTorch's spread."""

import keras
import numpy as np
import pytest
import torch
from keras import ops
from scipy import stats

from keras_impl.models.mlp import build_mlp
from keras_impl.training.initializers import initialize as keras_initialize
from torch_impl.models.mlp import MLP
from torch_impl.training.initializers import VARIANCES
from torch_impl.training.initializers import initialize as torch_initialize


def keras_net():
    image = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(16, 3, name="conv")(image)
    x = keras.layers.DepthwiseConv2D(3, depth_multiplier=2, name="depthwise")(x)
    x = keras.layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(image, keras.layers.Dense(40, use_bias=False, name="head")(x))


def torch_net():
    layers = {"conv": torch.nn.Conv2d(3, 16, 3), "depthwise": torch.nn.Conv2d(16, 32, 3, groups=16)}
    return torch.nn.ModuleDict(layers | {"head": torch.nn.Linear(32, 40, bias=False)}).double()


@pytest.mark.parametrize("weights", VARIANCES)
def test_both_sides_draw_the_same_numbers(weights):
    model, twin = keras_net(), torch_net()
    keras_initialize(model, weights, bias=0.01, seed=3)
    torch_initialize(twin, weights, bias=0.01, seed=3)
    for name in ("conv", "head"):
        kernel = ops.convert_to_numpy(model.get_layer(name).kernel)
        assert np.array_equal(np.moveaxis(kernel, (-1, -2), (0, 1)), twin[name].weight.detach().numpy())
    kernel = ops.convert_to_numpy(model.get_layer("depthwise").kernel).reshape(3, 3, 1, 32)
    assert np.array_equal(np.moveaxis(kernel, (-1, -2), (0, 1)), twin["depthwise"].weight.detach().numpy())
    assert np.array_equal(ops.convert_to_numpy(model.get_layer("conv").bias), twin["conv"].bias.detach().numpy())
    assert twin["conv"].bias[0].item() == 0.01


STOCK = {
    "xavier_uniform": torch.nn.init.xavier_uniform_,
    "xavier_normal": torch.nn.init.xavier_normal_,
    "he_uniform": lambda weight: torch.nn.init.kaiming_uniform_(weight, nonlinearity="relu"),
    "he_normal": lambda weight: torch.nn.init.kaiming_normal_(weight, nonlinearity="relu"),
}


@pytest.mark.parametrize("weights", VARIANCES)
def test_spread_is_that_of_pytorch(weights):
    twin = torch.nn.Sequential(torch.nn.Conv2d(48, 96, 3), torch.nn.Linear(300, 200))
    torch_initialize(twin, weights)
    for layer in twin:
        expected = STOCK[weights](torch.empty_like(layer.weight))
        assert layer.weight.std().item() == pytest.approx(expected.std().item(), rel=0.02)
        largest = 0.3 if weights.endswith("normal") else 0.01  # a normal has tails
        assert layer.weight.abs().max().item() == pytest.approx(expected.abs().max().item(), rel=largest)


def test_each_layer_has_its_own_stream_and_seed():
    model, twin = build_mlp((4,), (4, 4), 4, 0.0, False), MLP((4,), (4, 4), 4, 0.0, False)
    keras_initialize(model)
    torch_initialize(twin)
    first, second, head = (
        layer.weight.detach().clone() for layer in (twin.hidden[0].dense, twin.hidden[1].dense, twin.head)
    )
    assert not torch.equal(first, second)
    assert np.abs(ops.convert_to_numpy(model.get_layer("head").kernel).T - head.numpy()).max() < 1e-7
    torch_initialize(twin, seed=1)
    assert not torch.equal(twin.head.weight, head)


@pytest.mark.parametrize("initialize", [keras_initialize, torch_initialize])
def test_unknown_start_is_refused(initialize):
    with pytest.raises(ValueError, match="weights='lecun': expected one of xavier_uniform"):
        initialize(None, "lecun")


SIGNIFICANCE = 1e-3  # of a Kolmogorov-Smirnov test; the draws are seeded, so the outcome is fixed
WINDOW, FAN_IN, FAN_OUT = 9, 9 * 32, 9 * 64  # of a convolution 3x3 from 32 to 64 channels: 18 432 numbers


def law(name, fan_in=FAN_IN, fan_out=FAN_OUT):
    """The distribution that an initialiser states (Glorot and Bengio, 2010; He et al., 2015; gain sqrt 2)."""
    deviation = np.sqrt(2 / (fan_in + fan_out if name.startswith("xavier") else fan_in))
    if name.endswith("normal"):
        return stats.norm(0, deviation)
    return stats.uniform(-np.sqrt(3) * deviation, 2 * np.sqrt(3) * deviation)


def keras_kernel(name):
    image = keras.Input((8, 8, 32))
    model = keras.Model(image, keras.layers.Conv2D(64, 3, name="conv")(image))
    keras_initialize(model, name, seed=7)
    return ops.convert_to_numpy(model.get_layer("conv").kernel).ravel()


def torch_kernel(name):
    twin = torch.nn.ModuleDict({"conv": torch.nn.Conv2d(32, 64, 3)}).double()
    torch_initialize(twin, name, seed=7)
    return twin["conv"].weight.detach().numpy().ravel()


@pytest.mark.parametrize("kernel", [keras_kernel, torch_kernel])
@pytest.mark.parametrize("name", VARIANCES)
def test_draws_follow_the_stated_law(kernel, name):
    values = kernel(name)
    assert len(values) == WINDOW * 32 * 64
    assert stats.kstest(values, law(name).cdf).pvalue > SIGNIFICANCE


@pytest.mark.parametrize("name", VARIANCES)
def test_the_test_of_the_law_sees_another_fan_gain_and_shape(name):
    values, other = torch_kernel(name), name.replace("uniform", "?").replace("normal", "uniform").replace("?", "normal")
    wrong = [law(name, FAN_IN / WINDOW, FAN_OUT / WINDOW), law(name, FAN_OUT, FAN_OUT), law(other)]
    assert all(stats.kstest(values, distribution.cdf).pvalue < 1e-6 for distribution in wrong)
    assert stats.kstest(1.05 * values, law(name).cdf).pvalue < SIGNIFICANCE


def test_stock_keras_he_normal_is_truncated_and_is_seen():
    stock = ops.convert_to_numpy(keras.initializers.HeNormal(seed=0)((3, 3, 32, 64), dtype="float64")).ravel()
    assert stats.kstest(stock, law("he_normal").cdf).pvalue < 1e-6
    assert np.abs(stock).max() < 2.3 * law("he_normal").std() < np.abs(keras_kernel("he_normal")).max()


@pytest.mark.parametrize("bias", [0.0, 0.01])
def test_biases_start_at_the_stated_number(bias):
    twin = torch_net()
    torch_initialize(twin, "he_uniform", bias=bias)
    assert all((layer.bias == bias).all() for layer in twin.values() if layer.bias is not None)
