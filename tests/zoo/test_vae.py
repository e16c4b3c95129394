"""The ``vae`` takes its noise as an input, so both sides draw the same sample."""

import keras
import numpy as np
import pytest
import torch

from parity.sides import keras_losses, torch_losses

ARGUMENTS = {"width": 12, "units": (9, 7), "code": 3}
RANDOM = np.random.default_rng(1)
FEATURES = RANDOM.random((5, 12))
NOISE, OTHER = RANDOM.normal(size=(2, 5, 3))


@pytest.fixture
def sides(build):
    """(Keras, Torch): each takes noise and gives the sample, the outputs by name and the loss."""
    model, module = build("vae", **ARGUMENTS)
    return keras_side(model), torch_side(module)


def keras_side(model):
    sampler = keras.Model(model.inputs, model.get_layer("decoder.dense0").input)

    def run(noise):
        inputs = {"features": FEATURES, "noise": noise}
        outputs = model(inputs, training=False)
        loss = keras_losses.variational(keras.ops.convert_to_tensor(FEATURES), outputs)
        sample = sampler([inputs[tensor.name] for tensor in model.inputs])
        return np.asarray(sample), {name: np.asarray(value) for name, value in outputs.items()}, float(loss)

    return run


def torch_side(module):
    seen = []
    module.decoder.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].numpy()))

    @torch.no_grad()
    def run(noise):
        features = torch.as_tensor(FEATURES)
        outputs = module(features, torch.as_tensor(noise))
        loss = torch_losses.variational(features, outputs)
        return seen[-1], {name: value.numpy() for name, value in outputs.items()}, float(loss)

    return run


@pytest.mark.parametrize("noise", [NOISE, OTHER, np.zeros_like(NOISE)], ids=["some", "other", "none"])
def test_same_noise_gives_the_same_sample_and_loss(sides, noise):
    (sample, outputs, loss), (their_sample, their_outputs, their_loss) = (side(noise) for side in sides)
    assert outputs.keys() == their_outputs.keys() == {"reconstruction", "mean", "log_variance"}
    assert np.abs(sample - their_sample).max() < 1e-13
    assert all(np.abs(outputs[name] - their_outputs[name]).max() < 1e-13 for name in outputs)
    assert abs(loss - their_loss) < 1e-13


def test_other_noise_gives_another_sample_of_the_same_code(sides):
    for side in sides:
        (sample, outputs, loss), (other_sample, other_outputs, other_loss) = side(NOISE), side(OTHER)
        assert np.abs(sample - other_sample).min() > 1e-3
        assert np.abs(outputs["reconstruction"] - other_outputs["reconstruction"]).max() > 1e-3
        assert abs(loss - other_loss) > 1e-6
        assert np.array_equal(outputs["mean"], other_outputs["mean"])
        assert np.array_equal(outputs["log_variance"], other_outputs["log_variance"])


def test_sample_and_loss_are_those_of_the_paper(sides):
    for side in sides:
        sample, outputs, loss = side(NOISE)
        mean, variance = outputs["mean"], np.exp(outputs["log_variance"])
        divergence = (variance + mean**2 - 1 - np.log(variance)).sum(-1).mean() / 2
        assert np.abs(sample - (mean + np.sqrt(variance) * NOISE)).max() < 1e-13
        assert abs(loss - ((outputs["reconstruction"] - FEATURES) ** 2).mean() - divergence) < 1e-13
        assert np.array_equal(side(0 * NOISE)[0], mean), "without noise the sample is the mean"
