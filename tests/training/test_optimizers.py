"""The same weights after the same gradients."""

import keras
import numpy as np
import pytest
import torch
from keras import ops

from keras_impl.training import clipping as keras_clipping
from keras_impl.training import optimizers as keras_optimizers
from torch_impl.training import clipping as torch_clipping
from torch_impl.training import optimizers as torch_optimizers

# Keras layout of a dense kernel, a bias, a convolution, an embedding-like table and a scalar
SHAPES = {"kernel": (5, 3), "bias": (3,), "window/kernel": (3, 2, 2, 4), "positions": (1, 4, 3), "scale": ()}
STEPS = 7


def to_torch(array):
    return np.moveaxis(array, (-1, -2), (0, 1)) if array.ndim in (2, 4) else array


def run_keras(optimizer, weights, gradients, rates):
    variables = [keras.Variable(value, name=name.split("/")[-1]) for name, value in weights.items()]
    for step, rate in enumerate(rates):
        optimizer.learning_rate = rate
        optimizer.apply([ops.convert_to_tensor(gradient) for gradient in gradients[step]], variables)
    return [to_torch(ops.convert_to_numpy(variable)) for variable in variables]


def run_torch(build, weights, gradients, rates, clip=None, accumulate=1):
    parameters = [torch.nn.Parameter(torch.tensor(to_torch(value))) for value in weights.values()]
    optimizer = build(parameters)
    for step, rate in enumerate(rates):
        optimizer.param_groups[0]["lr"] = rate
        for parameter, gradient in zip(parameters, gradients[step], strict=True):
            share = torch.tensor(to_torch(gradient)) / accumulate
            parameter.grad = share if parameter.grad is None else parameter.grad + share
        if (step + 1) % accumulate == 0:
            if clip:
                clip(parameters)
            optimizer.step()
            optimizer.zero_grad()
    return [parameter.detach().numpy() for parameter in parameters]


def case(seed=0, size=1.0, steps=STEPS):
    random = np.random.default_rng(seed)
    weights = {name: random.normal(size=shape) for name, shape in SHAPES.items()}
    gradients = [[size * random.normal(size=shape) for shape in SHAPES.values()] for _ in range(steps)]
    return weights, gradients


def worst(keras_weights, torch_weights):
    assert len(keras_weights) == len(torch_weights)
    return max(float(np.max(np.abs(a - b))) for a, b in zip(keras_weights, torch_weights, strict=True))


OPTIMIZERS = {
    "sgd": ("SGD", {}),
    "sgd decay": ("SGD", {"weight_decay": 0.1}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "momentum decay": ("SGD", {"momentum": 0.9, "weight_decay": 0.1}),
    "nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "rmsprop": ("RMSprop", {}),
    "rmsprop decay": ("RMSprop", {"weight_decay": 0.1, "alpha": 0.9}),
    "adagrad": ("Adagrad", {}),
    "adagrad decay": ("Adagrad", {"weight_decay": 0.1}),
    "adam": ("Adam", {}),
    "adam decay": ("Adam", {"weight_decay": 0.1, "betas": (0.8, 0.95), "eps": 1e-7}),
    "adamw": ("AdamW", {}),
    "adamw decay": ("AdamW", {"weight_decay": 0.3}),
    "lion": ("Lion", {}),
    "lion decay": ("Lion", {"weight_decay": 0.3}),
    "adafactor": ("Adafactor", {}),
    "adafactor decay": ("Adafactor", {"weight_decay": 0.3, "d": 2.0}),
}


@pytest.mark.parametrize("size", [1.0, 1e-6], ids=["usual", "tiny"])
@pytest.mark.parametrize(("name", "options"), OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_optimizer_moves_the_same_weights(name, options, size):
    weights, gradients = case(size=size)
    rates = [0.1] * 3 + [0.02] * (STEPS - 3)
    ours = run_keras(getattr(keras_optimizers, name)(0.1, **options), weights, gradients, rates)
    theirs = run_torch(
        lambda parameters: getattr(torch_optimizers, name)(parameters, lr=0.1, **options), weights, gradients, rates
    )
    assert worst(ours, [to_torch(value) for value in weights.values()]) > 1e-9
    assert worst(ours, theirs) < 1e-13


@pytest.mark.parametrize(("name", "options"), OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_stock_defaults_are_those_of_pytorch(name, options):
    weights, gradients = case()
    optimizer = getattr(keras_optimizers, name)()
    rate = torch_optimizers.__dict__[name]([torch.zeros(1, requires_grad=True)]).param_groups[0]["lr"]
    assert float(ops.convert_to_numpy(optimizer.learning_rate)) == rate
    ours = run_keras(optimizer, weights, gradients, [rate] * STEPS)
    assert worst(ours, run_torch(torch_optimizers.__dict__[name], weights, gradients, [rate] * STEPS)) < 1e-13


def test_stock_keras_adam_is_another_function():
    weights, gradients = case(size=1e-6)
    ours = run_keras(keras.optimizers.Adam(0.1), weights, gradients, [0.1] * STEPS)
    assert worst(ours, run_torch(torch_optimizers.Adam, weights, gradients, [0.1] * STEPS)) > 1e-2


@pytest.mark.parametrize(("name", "options"), OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_optimizer_comes_back_from_its_config(name, options):
    optimizer = getattr(keras_optimizers, name)(0.1, **options)
    weights, gradients = case()
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert type(again) is type(optimizer)
    before = run_keras(optimizer, weights, gradients, [0.1] * 3)
    assert worst(before, run_keras(again, weights, gradients, [0.1] * 3)) == 0


CLIPS = {"global norm": "global_norm", "tensor norm": "tensor_norm", "value": "value"}


@pytest.mark.parametrize("size", [1e-3, 1.0], ids=["below", "above"])
@pytest.mark.parametrize("clip", CLIPS.values(), ids=CLIPS)
def test_clipping_limits_alike(clip, size):
    weights, gradients = case(size=size)
    optimizer = keras_optimizers.SGD(0.1)
    optimizer.clip = getattr(keras_clipping, clip)(0.5)
    ours = run_keras(optimizer, weights, gradients, [0.1] * STEPS)
    torch_clip = getattr(torch_clipping, clip)(0.5)
    theirs = run_torch(torch_optimizers.SGD, weights, gradients, [0.1] * STEPS, torch_clip)
    assert worst(ours, theirs) < 1e-14
    unclipped = worst(ours, run_torch(torch_optimizers.SGD, weights, gradients, [0.1] * STEPS))
    assert unclipped > 0.1 if size == 1 else unclipped < 1e-14


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "Adafactor"])
def test_accumulated_gradients_are_averaged_then_clipped(name):
    weights, gradients = case(steps=9)
    optimizer = getattr(keras_optimizers, name)(0.1, gradient_accumulation_steps=4)
    optimizer.clip = keras_clipping.global_norm(0.5)
    ours = run_keras(optimizer, weights, gradients, [0.1] * 9)
    build = getattr(torch_optimizers, name)
    theirs = run_torch(build, weights, gradients, [0.1] * 9, torch_clipping.global_norm(0.5), accumulate=4)
    assert worst(ours, theirs) < 1e-14


@pytest.mark.parametrize("name", ["SGD", "Adam", "Adagrad", "Lion"])
def test_a_token_that_repeats_in_a_batch_counts_once(name):
    random = np.random.default_rng(0)
    table, tokens = random.normal(size=(6, 3)), np.array([[1, 2, 1], [1, 5, 5]])
    target = random.normal(size=(2, 3, 3))
    embedding = keras.layers.Embedding(6, 3)
    embedding.build()
    embedding.embeddings.assign(table)
    model = keras.Sequential([keras.Input((3,), dtype="int32"), embedding])
    optimizer = getattr(keras_optimizers, name)(0.1)
    optimizer.clip = keras_clipping.global_norm(0.05)
    model.compile(optimizer, keras.losses.MeanSquaredError(), run_eagerly=True)
    twin = torch.nn.Embedding(6, 3, _weight=torch.tensor(table))
    torch_optimizer = getattr(torch_optimizers, name)(twin.parameters(), lr=0.1)
    for _ in range(3):
        model.train_on_batch(tokens, target)
        torch_optimizer.zero_grad()
        torch.nn.functional.mse_loss(twin(torch.tensor(tokens)), torch.tensor(target)).backward()
        torch_clipping.global_norm(0.05)(list(twin.parameters()))
        torch_optimizer.step()
    assert np.abs(ops.convert_to_numpy(embedding.embeddings) - twin.weight.detach().numpy()).max() < 1e-13
