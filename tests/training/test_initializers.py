"""The same first weights, with PyTorch's spread."""

import keras
import numpy as np
import pytest
import torch
from keras import ops

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
