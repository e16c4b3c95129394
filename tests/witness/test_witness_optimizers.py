"""Every optimizer of the source by formula against both sides' optimizers, over several steps."""

import keras
import numpy as np
import pytest
import torch
from agreement import agree
from keras import ops

from keras_impl.training import optimizers as keras_optimizers
from parity.witness import optimizers
from torch_impl.training import optimizers as torch_optimizers

RATES = [0.1, 0.1, 0.1, 0.02, 0.02, 0.02, 0.02]

# formula: (class, its options, slots, what the formula takes besides the rate)
OPTIMIZERS = {
    "sgd": ("SGD", {}, 0, lambda step: {}),
    "momentum": ("SGD", {"momentum": 0.9}, 1, lambda step: {}),
    "adam": ("Adam", {}, 2, lambda step: {"step": step}),
    "adamw": ("AdamW", {"weight_decay": 0.3}, 2, lambda step: {"step": step, "decay": 0.3}),
    "lion": ("Lion", {"weight_decay": 0.3}, 1, lambda step: {"decay": 0.3}),
}


def case(size=1.0):
    random = np.random.default_rng(0)
    return random.normal(size=(5, 3)), size * random.normal(size=(len(RATES), 5, 3))


def by_formula(name, size=1.0, coupled=0.0):
    _, _, slots, options = OPTIMIZERS[name]
    weight, gradients = case(size)
    kept = [np.zeros_like(weight)] * slots
    path = []
    for step, (gradient, rate) in enumerate(zip(gradients, RATES, strict=True), 1):
        gradient = gradient + coupled * weight
        weight, *kept = getattr(optimizers, name)(weight, gradient, *kept, rate=rate, **options(step))
        path.append(weight)
    return np.stack(path)


def by_keras(name, size=1.0, **more):
    kind, options, *_ = OPTIMIZERS[name]
    weight, gradients = case(size)
    variable = keras.Variable(weight)
    optimizer = getattr(keras_optimizers, kind)(RATES[0], **options, **more)
    path = []
    for gradient, rate in zip(gradients, RATES, strict=True):
        optimizer.learning_rate = rate
        optimizer.apply([ops.convert_to_tensor(gradient)], [variable])
        path.append(variable.numpy().copy())
    return np.stack(path)


def by_torch(name, size=1.0, **more):
    kind, options, *_ = OPTIMIZERS[name]
    weight, gradients = case(size)
    parameter = torch.nn.Parameter(torch.tensor(weight))
    optimizer = getattr(torch_optimizers, kind)([parameter], lr=RATES[0], **options, **more)
    path = []
    for gradient, rate in zip(gradients, RATES, strict=True):
        optimizer.param_groups[0]["lr"] = rate
        parameter.grad = torch.tensor(gradient)
        optimizer.step()
        path.append(parameter.detach().numpy().copy())
    return np.stack(path)


@pytest.mark.parametrize("size", [1.0, 1e-6], ids=["usual", "tiny"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_after_every_step(name, size):
    agree(by_formula(name, size), by_keras(name, size), by_torch(name, size))


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam"])
def test_coupled_decay_is_part_of_the_gradient(name):
    agree(by_formula(name, coupled=0.1), by_keras(name, weight_decay=0.1), by_torch(name, weight_decay=0.1))


def changed(name, **wrong):
    formula = getattr(optimizers, name)
    return lambda *arguments, **options: formula(*arguments, **{**options, **wrong})


WRONG = {
    "sgd": ("sgd", changed("sgd", rate=0.1 + 1e-10)),
    "momentum": ("momentum", changed("momentum", kept=0.9 + 1e-10)),
    "adam": ("EPSILON", 1.001e-8),
    "adamw": ("adamw", changed("adamw", decay=0.3 + 1e-9)),
    "lion": ("lion", changed("lion", betas=(0.99, 0.9))),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_planted_error_is_seen(name, monkeypatch):
    monkeypatch.setattr(optimizers, *WRONG[name])
    with pytest.raises(AssertionError, match="off by"):
        agree(by_formula(name), by_keras(name))
    with pytest.raises(AssertionError, match="off by"):
        agree(by_formula(name), by_torch(name))


def test_coupled_decay_is_not_decoupled_decay():
    with pytest.raises(AssertionError, match="off by"):
        agree(by_formula("adam", coupled=0.3), by_keras("adamw"))
