"""The framework-free perceptron against both ``mlp`` twins: outputs, gradients, whole training runs."""

import numpy as np
import pytest
import tensorflow as tf
import torch
from agreement import agree
from torch import nn

from keras_impl.models.mlp import build_mlp
from keras_impl.training import losses as keras_losses
from keras_impl.training import optimizers as keras_optimizers
from keras_impl.training.batches import Batches as KerasBatches
from keras_impl.training.loop import fit as keras_fit
from parity.layouts import layout_of
from parity.witness import numpy_mlp
from parity.witness.numpy_mlp import NumpyMLP
from parity.zoo import presets
from torch_impl.models.mlp import MLP
from torch_impl.training import losses as torch_losses
from torch_impl.training import optimizers as torch_optimizers
from torch_impl.training.batches import Batches as TorchBatches
from torch_impl.training.loop import fit as torch_fit

DENSE = layout_of("dense")
PLAIN = {
    name: preset.arguments
    for name, twin, preset in presets()
    if twin.name == "mlp" and not preset.arguments["batch_norm"]
}


class Three:
    """One network three times: witness, Keras, Torch, with the same weights, biases not zero."""

    def __init__(self, arguments, seed=0):
        random = np.random.default_rng(seed)
        width = int(np.prod(arguments["input_shape"]))
        self.witness = NumpyMLP([width, *arguments["units"], arguments["classes"]], seed)
        self.witness.layers = [(kernel, random.normal(size=bias.shape)) for kernel, bias in self.witness.layers]
        self.keras, self.torch = build_mlp(**arguments), MLP(**arguments)
        self.names = [*(f"hidden.{index}.dense" for index in range(len(arguments["units"]))), "head"]
        for name, (kernel, bias) in zip(self.names, self.witness.layers, strict=True):
            self.keras.get_layer(name).set_weights([kernel, bias])
            there = DENSE.to_torch({"kernel": kernel, "bias": bias}, {})
            self.torch.get_submodule(name).load_state_dict({key: torch.tensor(value) for key, value in there.items()})
        self.features = random.normal(size=(60, *arguments["input_shape"]))
        self.rows = self.features.reshape(60, width)
        self.targets = random.normal(size=(60, arguments["classes"]))
        self.labels = random.integers(arguments["classes"], size=60)

    def keras_variables(self):
        return [v for name in self.names for v in (self.keras.get_layer(name).kernel, self.keras.get_layer(name).bias)]

    def torch_parameters(self):
        return [p for name in self.names for p in self.torch.get_submodule(name).parameters()]


def in_keras_layout(arrays):
    """Torch's weight, bias, weight, bias, ... as Keras stores them."""
    return [array.T if array.ndim == 2 else array for array in arrays]


def compare_forward(three):
    outputs = three.witness.forward(three.rows)
    three.torch.eval()
    agree(outputs, three.keras(three.features, training=False), three.torch(torch.tensor(three.features)))


def compare_gradients(three, loss):
    """By every weight and by the features; ``loss`` is "mean_squared_error" or "cross_entropy"."""
    target = three.labels if loss == "cross_entropy" else three.targets
    expected_loss, slope = getattr(numpy_mlp, loss)(target, three.witness.forward(three.rows))
    by_layer, by_features = three.witness.backward(three.rows, slope)
    expected = [array for pair in by_layer for array in pair]

    features = tf.convert_to_tensor(three.features)
    with tf.GradientTape() as tape:
        tape.watch(features)
        value = getattr(keras_losses, loss)()(target, three.keras(features, training=False))
    agree(np.array(expected_loss), value)
    *gradients, by_input = tape.gradient(value, [*[v.value for v in three.keras_variables()], features])
    agree(by_features.reshape(three.features.shape), by_input)
    for formula, gradient in zip(expected, gradients, strict=True):
        agree(formula, gradient)

    features = torch.tensor(three.features, requires_grad=True)
    three.torch.eval()
    value = getattr(torch_losses, loss)()(three.torch(features), torch.tensor(target))
    agree(np.array(expected_loss), value)
    *gradients, by_input = torch.autograd.grad(value, [*three.torch_parameters(), features])
    agree(by_features.reshape(three.features.shape), by_input)
    for formula, gradient in zip(expected, in_keras_layout(gradients), strict=True):
        agree(formula, gradient)


def compare_training(three, epochs=5, batch=16, rate=0.02):
    """Four batches an epoch, the last one short: twenty steps."""
    random = np.random.default_rng(0)
    orders = [random.permutation(len(three.rows)) for _ in range(epochs)]
    before = [array.copy() for pair in three.witness.layers for array in pair]
    losses = three.witness.fit(three.rows, three.targets, rate, epochs, batch, seed=0)
    data = three.features, three.targets, batch, orders.__getitem__
    steps = []
    ours = keras_fit(
        three.keras,
        keras_optimizers.SGD(rate),
        keras_losses.mean_squared_error(),
        KerasBatches(*data),
        None,
        epochs,
        on_step=steps.append,
    )
    theirs = torch_fit(
        three.torch,
        torch_optimizers.SGD(three.torch.parameters(), lr=rate),
        nn.MSELoss(),
        TorchBatches(*data),
        None,
        epochs,
    )
    assert steps == list(range(20))
    agree(np.array(losses), np.array(ours["loss"]), np.array(theirs["loss"]))
    assert losses[-1] < losses[0]
    after = [array for pair in three.witness.layers for array in pair]
    assert all(np.abs(new - old).max() > 1e-6 for new, old in zip(after, before, strict=True))
    for formula, variable, parameter in zip(
        after, three.keras_variables(), in_keras_layout(three.torch_parameters()), strict=True
    ):
        agree(formula, variable, parameter)


@pytest.mark.parametrize("preset", PLAIN)
def test_forward(preset):
    compare_forward(Three(PLAIN[preset]))


@pytest.mark.parametrize("preset", PLAIN)
def test_gradients_of_the_squared_error(preset):
    compare_gradients(Three(PLAIN[preset]), "mean_squared_error")


@pytest.mark.parametrize("preset", ["mlp/mnist", "mlp/slides", "mlp/fashion"])
def test_gradients_of_the_cross_entropy(preset):
    compare_gradients(Three(PLAIN[preset]), "cross_entropy")


@pytest.mark.full
@pytest.mark.parametrize("preset", ["mlp/guide", "mlp/slides"])
def test_twenty_steps_of_gradient_descent(preset):
    compare_training(Three({**PLAIN[preset], "dropout": 0.0}))


def test_a_wrong_weight_is_seen_in_outputs_and_gradients():
    three = Three(PLAIN["mlp/slides"])
    three.witness.layers[1][0][0, 0] += 1e-9
    with pytest.raises(AssertionError, match="off by"):
        compare_forward(three)
    with pytest.raises(AssertionError, match="off by"):
        compare_gradients(three, "mean_squared_error")


@pytest.mark.parametrize("loss", ["mean_squared_error", "cross_entropy"])
def test_a_wrong_gradient_is_seen(loss, monkeypatch):
    formula = getattr(numpy_mlp, loss)

    def wrong(target, outputs):
        value, slope = formula(target, outputs)
        return value, slope * (1 + 1e-9)

    monkeypatch.setattr(numpy_mlp, loss, wrong)
    with pytest.raises(AssertionError, match="off by"):
        compare_gradients(Three(PLAIN["mlp/slides"]), loss)


def test_a_wrong_step_is_seen(monkeypatch):
    step = NumpyMLP.step
    monkeypatch.setattr(NumpyMLP, "step", lambda self, gradients, rate: step(self, gradients, rate * (1 + 1e-9)))
    with pytest.raises(AssertionError, match="off by"):
        compare_training(Three({**PLAIN["mlp/guide"], "dropout": 0.0}))


def test_weights_start_as_he_says():
    kernel, bias = NumpyMLP([400, 300, 1]).layers[0]
    assert kernel.std() == pytest.approx(np.sqrt(2 / 400), rel=0.01)
    assert not bias.any()


@pytest.mark.parametrize("widths", [(3,), (3, 0)])
def test_impossible_widths_are_refused(widths):
    with pytest.raises(ValueError, match="expected at least two positive whole numbers"):
        NumpyMLP(widths)
