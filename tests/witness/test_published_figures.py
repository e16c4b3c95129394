"""Figures that the sources print, on both sides: one step of one weight, counts of weights, steps of an epoch."""

import numpy as np
import pytest
import tensorflow as tf
import torch

from keras_impl.models.autoencoder import build_autoencoder
from keras_impl.models.case_cnn import build_case_cnn
from keras_impl.models.case_mlp import build_case_mlp
from keras_impl.models.linear import build_linear
from keras_impl.training import optimizers as keras_optimizers
from keras_impl.training.batches import Batches as KerasBatches
from parity.witness import numpy_mlp, optimizers
from parity.zoo import presets
from torch_impl.models.autoencoder import Autoencoder
from torch_impl.models.case_cnn import CaseCNN
from torch_impl.models.case_mlp import CaseMLP
from torch_impl.models.linear import Linear
from torch_impl.training import optimizers as torch_optimizers
from torch_impl.training.batches import Batches as TorchBatches

PRESETS = {name: preset for name, _, preset in presets()}
X, Y, RATE = 2.0, 6.0, 0.1
PUBLISHED = (2.0, 16.0, -16.0, 2.6)  # prediction, loss, gradient, new weight


def step_by_formula(rate=RATE):
    weight = np.array([[1.0]])
    prediction = np.array([[X]]) @ weight
    loss, slope = numpy_mlp.mean_squared_error(np.array([[Y]]), prediction)
    gradient = np.array([[X]]).T @ slope
    return prediction.item(), loss, gradient.item(), optimizers.sgd(weight, gradient, rate)[0].item()


def step_by_keras(rate=RATE):
    model = build_linear(**PRESETS["linear/lesson"].arguments)
    (weight,) = model.trainable_variables
    with tf.GradientTape() as tape:
        prediction = model(np.array([[X]]))
        loss = tf.reduce_mean((prediction - Y) ** 2)
    gradient = tape.gradient(loss, weight.value)
    keras_optimizers.SGD(rate).apply([gradient], [weight])
    return tuple(float(np.squeeze(value)) for value in (prediction, loss, gradient, weight))


def step_by_torch(rate=RATE):
    model = Linear(**PRESETS["linear/lesson"].arguments)
    (weight,) = model.parameters()
    prediction = model(torch.tensor([[X]]))
    loss = ((prediction - Y) ** 2).mean()
    loss.backward()
    torch_optimizers.SGD([weight], lr=rate).step()
    return tuple(value.item() for value in (prediction, loss, weight.grad, weight))


@pytest.mark.parametrize("step", [step_by_formula, step_by_keras, step_by_torch])
def test_one_weight_learns_to_the_last_bit(step):
    assert step() == PUBLISHED


@pytest.mark.parametrize("step", [step_by_formula, step_by_keras, step_by_torch])
def test_a_rate_in_single_precision_is_seen(step):
    assert step(float(np.float32(RATE))) != PUBLISHED


def count(shapes):
    return sum(int(np.prod(shape)) for shape in shapes)


def test_autoencoder_has_218_514_parameters():
    arguments = PRESETS["autoencoder/mnist"].arguments
    keras, twin = build_autoencoder(**arguments), Autoencoder(**arguments)
    by_layer = [100_480, 8_256, 130, 192, 8_320, 101_136]
    assert [layer.count_params() for layer in keras.layers if layer.weights] == by_layer
    dense = [module for module in twin.modules() if isinstance(module, torch.nn.Linear)]
    assert [count(p.shape for p in module.parameters()) for module in dense] == by_layer
    total = count(p.shape for p in twin.parameters())
    assert keras.count_params() == total == sum(by_layer) == PRESETS["autoencoder/mnist"].parameters == 218_514


def test_case_study_compares_307_200_weights_with_864():
    mlp, cnn = PRESETS["case_mlp/lesson"].arguments, PRESETS["case_cnn/lesson"].arguments
    assert count([build_case_mlp(**mlp).get_layer("dense").kernel.shape]) == 307_200
    assert CaseMLP(**mlp).dense.weight.numel() == 307_200
    assert count([build_case_cnn(**cnn).get_layer("blocks.0.conv").kernel.shape]) == 864
    assert CaseCNN(**cnn).get_submodule("blocks.0.conv").weight.numel() == 864


def test_another_width_has_another_count():
    arguments = {**PRESETS["autoencoder/mnist"].arguments, "code": 3}
    keras, twin = build_autoencoder(**arguments), Autoencoder(**arguments)
    assert keras.count_params() == count(p.shape for p in twin.parameters()) == 218_514 + 65 + 64


@pytest.mark.parametrize("batches", [KerasBatches, TorchBatches])
def test_ten_thousand_rows_are_313_steps(batches):
    rows = np.zeros((10_000, 1))
    steps = batches(rows, rows, 32)
    assert len(steps) == 313
    assert [len(steps[index][0]) for index in (0, 311, 312)] == [32, 32, 16]
    assert len(batches(rows[:9_984], rows[:9_984], 32)) == 312
