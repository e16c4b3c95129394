"""The same loss and the same gradient."""

import keras
import numpy as np
import pytest
import torch
from keras import ops

from keras_impl.training import losses as keras_losses
from keras_impl.training import penalties as keras_penalties
from torch_impl.training import losses as torch_losses
from torch_impl.training import penalties as torch_penalties

RANDOM = np.random.default_rng(0)
OUTPUTS = 3 * RANDOM.normal(size=(7, 4))
LABELS = RANDOM.integers(0, 4, 7)
SEQUENCE, SEQUENCE_LABELS = 3 * RANDOM.normal(size=(3, 5, 4)), RANDOM.integers(0, 4, (3, 5))
SHARES = np.exp(OUTPUTS[::-1]) / np.exp(OUTPUTS[::-1]).sum(-1, keepdims=True)
SURE = np.array([[1.0, 0.0, 0.0, 0.0]] * 7)
WEIGHTS = [0.5, 2.0, 1.0, 7.0]
CASES = {
    "mean squared error": ("mean_squared_error", {}, OUTPUTS, SHARES),
    "mean absolute error": ("mean_absolute_error", {}, OUTPUTS, SHARES),
    "huber": ("huber", {}, OUTPUTS, SHARES),
    "huber delta": ("huber", {"delta": 0.3}, OUTPUTS, SHARES),
    "binary": ("binary_cross_entropy", {}, OUTPUTS, SHARES.round()),
    "binary smoothing": ("binary_cross_entropy", {"smoothing": 0.1}, OUTPUTS, SHARES.round()),
    "categorical": ("categorical_cross_entropy", {}, OUTPUTS, SHARES),
    "categorical smoothing": ("categorical_cross_entropy", {"smoothing": 0.1}, OUTPUTS, SHARES),
    "sparse": ("cross_entropy", {}, OUTPUTS, LABELS),
    "sparse smoothing": ("cross_entropy", {"smoothing": 0.1}, OUTPUTS, LABELS),
    "sparse weights": ("cross_entropy", {"class_weights": WEIGHTS}, OUTPUTS, LABELS),
    "sparse both": ("cross_entropy", {"smoothing": 0.1, "class_weights": WEIGHTS}, OUTPUTS, LABELS),
    "sequence": ("cross_entropy", {}, SEQUENCE, SEQUENCE_LABELS),
    "sequence both": ("cross_entropy", {"smoothing": 0.1, "class_weights": WEIGHTS}, SEQUENCE, SEQUENCE_LABELS),
    "probabilities": ("cross_entropy_on_probabilities", {}, SHARES, LABELS),
    "sure probabilities": ("cross_entropy_on_probabilities", {}, SURE, LABELS),
}


def keras_value(loss, outputs, target):
    import tensorflow as tf

    variable = tf.Variable(outputs)
    with tf.GradientTape() as tape:
        value = loss(target, variable.value())
    return float(value), tape.gradient(value, variable).numpy()


def torch_value(loss, outputs, target):
    variable = torch.tensor(outputs, requires_grad=True)
    value = loss(variable, torch.tensor(target))
    value.backward()
    return value.item(), variable.grad.numpy()


@pytest.mark.parametrize(("name", "options", "outputs", "target"), CASES.values(), ids=CASES)
def test_loss_and_gradient_are_equal(name, options, outputs, target):
    ours = keras_value(getattr(keras_losses, name)(**options), outputs, target)
    theirs = torch_value(getattr(torch_losses, name)(**options), outputs, target)
    assert theirs[0] > 0.01
    assert abs(ours[0] - theirs[0]) < 1e-13
    assert np.abs(ours[1] - theirs[1]).max() < 1e-13


def test_stock_class_weights_are_divided_by_the_batch_in_keras():
    weights = dict(enumerate(WEIGHTS))
    stock = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    divided = float(stock(LABELS, OUTPUTS, np.array([weights[label] for label in LABELS])))
    theirs = torch_value(torch_losses.cross_entropy(class_weights=WEIGHTS), OUTPUTS, LABELS)[0]
    assert abs(divided - theirs) > 0.1


def test_probabilities_are_clipped_as_in_keras():
    stock = keras.losses.SparseCategoricalCrossentropy()
    for outputs in (SHARES, SURE):
        assert float(keras_losses.cross_entropy_on_probabilities()(LABELS, outputs)) == float(stock(LABELS, outputs))


def test_loss_comes_back_from_its_config():
    loss = keras_losses.cross_entropy(0.1, WEIGHTS)
    again = keras.losses.deserialize(keras.losses.serialize(loss))
    assert float(again(LABELS, OUTPUTS)) == float(loss(LABELS, OUTPUTS))


@pytest.mark.parametrize("name", ["l1", "l2"])
def test_penalty_is_part_of_the_loss(name):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.layers[0].kernel.assign(OUTPUTS[:4, :2])
    twin = torch.nn.Linear(4, 2).double()
    twin.load_state_dict({"weight": torch.tensor(OUTPUTS[:4, :2].T), "bias": torch.zeros(2)})
    ours = keras_penalties.Penalized(keras_losses.huber(), model, getattr(keras_penalties, name)(0.1))
    theirs = torch_penalties.Penalized(torch_losses.huber(), twin, getattr(torch_penalties, name)(0.1))
    value = float(ours(SHARES[:, :2], OUTPUTS[:, :2]))
    assert abs(value - theirs(torch.tensor(OUTPUTS[:, :2]), torch.tensor(SHARES[:, :2])).item()) < 1e-13
    assert value > float(keras_losses.huber()(SHARES[:, :2], OUTPUTS[:, :2])) + 0.1


def test_half_the_square_is_coupled_decay():
    weight = torch.tensor(OUTPUTS, requires_grad=True)
    torch_penalties.l2(0.1)([weight]).backward()
    assert np.abs(weight.grad.numpy() - 0.1 * OUTPUTS).max() < 1e-15
    assert float(keras_penalties.l2(0.1)([ops.convert_to_tensor(OUTPUTS)])) == pytest.approx(0.05 * (OUTPUTS**2).sum())
