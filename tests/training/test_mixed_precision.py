"""Layers in 16 bits: the same loss scale on both sides after every step, losses apart by no more than noise, no NaN."""

import copy
import importlib

import keras
import numpy as np
import pytest
import torch

from keras_impl.models.mlp import build_mlp
from keras_impl.recipes import mixed_precision as keras_recipe
from keras_impl.training import loop as keras_loop
from keras_impl.training import optimizers as keras_optimizers
from keras_impl.training import precision as keras_precision
from keras_impl.training.batches import Batches as KerasBatches
from parity.transferring import transfer
from torch_impl.models.mlp import MLP
from torch_impl.recipes import mixed_precision as torch_recipe
from torch_impl.training import loop as torch_loop
from torch_impl.training import optimizers as torch_optimizers
from torch_impl.training import precision as torch_precision
from torch_impl.training.batches import Batches as TorchBatches

pytestmark = pytest.mark.full

PLAIN = {"input_shape": (6,), "units": (8,), "classes": 3, "dropout": 0.0, "batch_norm": False}
RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(40, 6)).astype("float32"), RANDOM.integers(0, 3, 40)
HUGE = 2000  # the loss stays finite, gradients times 2**12 do not
ONE_BY_ONE = {"epochs": 8, "batch": 5, "order": lambda epoch: np.arange(5 * epoch, 5 * epoch + 5)}  # epochs of a step
UNIT = {"float16": 2.0**-11, "bfloat16": 2.0**-8}  # half the distance of neighbours, relative


@pytest.fixture(autouse=True)
def single_precision(double_precision):
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")


def twins():
    torch.manual_seed(0)
    model, twin = build_mlp(**PLAIN), MLP(**PLAIN)
    transfer(twin, model)
    return model, twin


def both(x, y, nets=None, **options):
    model, twin = nets or twins()
    run = {"epochs": 2, "batch": 5, "order": lambda epoch: np.arange(len(x)), **options}
    return tuple(
        recipe.train(net, (x, y), (X[:7], Y[:7]), **run)
        for recipe, net in ((keras_recipe, model), (torch_recipe, twin))
    )


def scripted(overflows, steps, growth, scale):
    """The scale after each step, by the rule: halved after an overflow, doubled after ``growth`` steps without one."""
    scales, good = [], 0
    for step in range(steps):
        good = 0 if step in overflows else good + 1
        scale = scale / 2 if step in overflows else scale * 2 if good == growth else scale
        good = good % growth
        scales.append(scale)
    return scales


def with_overflows(batches, batch=5):
    x = X.copy()
    for index in batches:
        x[index * batch : (index + 1) * batch] *= HUGE
    return x


@pytest.mark.parametrize(
    ("batches", "growth"),
    [((2,), 4), *[pytest.param(*case, marks=pytest.mark.full) for case in (((), 3), ((0, 1, 6), 3), ((4, 7), 2))]],
)
def test_the_scale_follows_a_scripted_overflow(batches, growth):
    ours, theirs = both(with_overflows(batches), Y, scale=2.0**12, growth=growth, **ONE_BY_ONE)
    expected = scripted(batches, 8, growth, 2.0**12)
    assert ours["loss_scale"] == theirs["loss_scale"] == expected
    assert ours["skipped_steps"] == theirs["skipped_steps"] == [step in batches for step in range(8)]
    assert np.isfinite(ours["loss"]).all()
    assert np.isfinite(theirs["loss"]).all()


def test_a_skipped_step_changes_no_weight():
    nets = twins()
    before = nets[0].get_weights(), {name: tensor.clone() for name, tensor in nets[1].state_dict().items()}
    ours, theirs = both(with_overflows(range(8)), Y, nets, epochs=1)
    assert ours["skipped_steps"] == theirs["skipped_steps"] == [8]
    assert all(np.array_equal(a, b) for a, b in zip(before[0], nets[0].get_weights(), strict=True))
    assert all(torch.equal(tensor, before[1][name]) for name, tensor in nets[1].state_dict().items())
    assert nets[0].optimizer.iterations == 0


def nudged(x, dtype, seed):
    """Each number moved by at most half the distance to its neighbour in ``dtype``."""
    return (x * (1 + UNIT[dtype] * np.random.default_rng(seed).uniform(-1, 1, x.shape))).astype("float32")


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_losses_are_apart_by_no_more_than_noise(dtype):
    """The floor is measured: how far runs of one side stray when the inputs move within their own rounding."""
    nets = twins()
    start = nets[0].get_weights(), copy.deepcopy(nets[1].state_dict())

    def run(x, kind=dtype):
        nets[0].set_weights(start[0])
        nets[1].load_state_dict(start[1])
        return [np.array([*curves["loss"], *curves["val_loss"]]) for curves in both(x, Y, nets, dtype=kind)]

    base = run(X)
    floors = np.max([np.abs(np.subtract(run(nudged(X, dtype, seed)), base)).max(axis=1) for seed in range(2)], axis=0)
    apart = np.abs(base[0] - base[1]).max()
    print(f"{dtype}: apart {apart:.1e}, floor {floors.max():.1e}")
    assert apart <= 4 * floors.max()
    assert floors.max() < 20 * UNIT[dtype]
    single = run(X, "float32")
    for mixed, full in zip(base, single, strict=True):
        assert 1e-6 < np.abs(mixed - full).max() <= 20 * UNIT[dtype]  # it did compute in 16 bits
    assert nets[0].layers[1].kernel.dtype == "float32"
    assert nets[1].state_dict()["head.weight"].dtype == torch.float32
    assert all(layer.compute_dtype == "float32" for layer in nets[0].layers)


def test_gradients_are_unscaled_before_the_update():
    """Gradient descent, unlike Adam, sees the size of its gradients: float16 moves the weights as float32 does."""
    ends = {}
    for dtype in ("float32", "float16"):
        model, twin = twins()
        order = lambda epoch: np.arange(40)  # noqa: E731
        keras_loop.fit(
            model,
            keras_optimizers.SGD(0.1),
            keras_recipe.cross_entropy(),
            KerasBatches(X, Y, 5, order),
            None,
            1,
            precision=keras_precision.Precision(dtype),
        )
        torch_loop.fit(
            twin,
            torch_optimizers.SGD(twin.parameters(), 0.1),
            torch_recipe.cross_entropy(),
            TorchBatches(X, Y, 5, order),
            None,
            1,
            clip=lambda parameters: None,  # looks at true gradients, so they are unscaled before it
            precision=torch_precision.Precision(dtype),
        )
        ends[dtype] = np.concatenate([w.ravel() for w in model.get_weights()]), flat(model, twin)
    for side in range(2):
        assert np.abs(ends["float16"][side] - ends["float32"][side]).max() < 1e-3


def flat(model, twin):
    other = keras.models.clone_model(model)
    transfer(twin, other)
    return np.concatenate([w.ravel() for w in other.get_weights()])


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_a_loss_that_is_no_number_ends_the_training(dtype):
    x = X.copy()
    x[11] = np.inf
    for recipe, net in zip((keras_recipe, torch_recipe), twins(), strict=True):
        with pytest.raises(FloatingPointError, match="at step 2: first in the input"):
            recipe.train(net, (x, Y), (X, Y), epochs=1, batch=5, dtype=dtype, order=lambda epoch: np.arange(40))
        weights = net.get_weights() if recipe is keras_recipe else [t.numpy() for t in net.state_dict().values()]
        assert all(np.isfinite(weight).all() for weight in weights)


def test_gradients_that_overflow_at_any_scale_end_the_training(monkeypatch):
    said = []
    for recipe, side, net in zip(
        (keras_recipe, torch_recipe), (keras_precision, torch_precision), twins(), strict=True
    ):
        monkeypatch.setattr(side, "SMALLEST", 2.0**13.5)
        with pytest.raises(FloatingPointError, match="overflow at any scale") as caught:
            recipe.train(net, (X * HUGE, Y), (X, Y), epochs=1, batch=5, order=lambda epoch: np.arange(40))
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert said[0].startswith("scale=8192.0 at step 1: ")


def test_the_scale_outlives_a_checkpoint():
    precision = torch_precision.Precision("float16", 2.0**10, 3)
    precision.scaler.scale(torch.ones(1))
    precision.skipped = 2
    state = precision.state()
    again = torch_precision.Precision("float16")
    again.restore(state)
    assert (again.scaler.get_scale(), again.skipped) == (2.0**10, 2)


def growth_one_late(monkeypatch):
    original = keras_precision.Precision.wrap
    late = lambda self, optimizer: original(setattr(self, "growth", self.growth + 1) or self, optimizer)  # noqa: E731
    monkeypatch.setattr(keras_precision.Precision, "wrap", late)


def scale_of_the_other_library(monkeypatch):
    original = torch.amp.GradScaler
    monkeypatch.setattr(
        torch.amp, "GradScaler", lambda device, init_scale, **rest: original(device, init_scale=2.0**16, **rest)
    )


def overflow_is_applied(monkeypatch):
    monkeypatch.setattr(keras.optimizers.LossScaleOptimizer, "check_finite", lambda self, grads: keras.ops.array(True))


@pytest.mark.parametrize("spoil", [growth_one_late, scale_of_the_other_library, overflow_is_applied])
def test_a_planted_fault_is_seen(monkeypatch, spoil):
    spoil(monkeypatch)
    try:
        ours, theirs = both(with_overflows((2,)), Y, growth=3, **ONE_BY_ONE)
    except FloatingPointError:
        return
    assert ours["loss_scale"] != theirs["loss_scale"] or ours["skipped_steps"] != theirs["skipped_steps"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dtype": "float8"}, "dtype='float8': expected one of float32, bfloat16, float16"),
        ({"scale": 0.5}, "scale=0.5: expected a number of at least 1"),
        ({"growth": 0}, "growth=0: expected a positive whole number"),
    ],
)
def test_bad_arguments_are_refused_in_the_same_words(arguments, message):
    for recipe, net in zip((keras_recipe, torch_recipe), twins(), strict=True):
        with pytest.raises(ValueError, match="expected") as caught:
            recipe.train(net, (X, Y), (X, Y), **arguments)
        assert str(caught.value) == message


class Killed(Exception):
    pass


@pytest.mark.parametrize("side", ["keras", "torch"])
def test_a_killed_training_goes_on_bit_for_bit(tmp_path, side):
    """Killed after an overflow, in the middle of an epoch: scale, growth and skipped steps are those of a whole run."""
    keep = importlib.import_module(f"{side}_impl.callbacks.keep").Keep
    recipe = keras_recipe if side == "keras" else torch_recipe

    def run(folder, resume=False, killed_at=None):
        def on_step(step):
            if step == killed_at:
                raise Killed

        net = twins()[side == "torch"]
        options = {"epochs": 2, "batch": 5, "growth": 3, "on_step": on_step}
        kept = [keep(folder, 1, resume=resume)]
        curves = recipe.train(net, (with_overflows((2, 3)), Y), (X[:7], Y[:7]), **options, callbacks=kept)
        weights = net.get_weights() if side == "keras" else [tensor.numpy() for tensor in net.state_dict().values()]
        return curves, weights

    curves, weights = run(tmp_path / "whole")
    assert sum(curves["skipped_steps"]) > 0
    with pytest.raises(Killed):
        run(tmp_path / "killed", killed_at=13)
    again, resumed = run(tmp_path / "killed", resume=True)
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(weights, resumed, strict=True))
    assert {name: again[name] for name in again if name != "seconds"} == {
        name: curves[name] for name in curves if name != "seconds"
    }
