"""Whole recipes, run short: the same curves and the same weights."""

import importlib

import keras
import numpy as np
import pytest
import torch
from keras import ops

from keras_impl.models.mlp import build_mlp
from keras_impl.training import loop as keras_loop
from torch_impl.models.mlp import MLP
from torch_impl.training import loop as torch_loop

RANDOM = np.random.default_rng(0)
X, X_VALIDATION = RANDOM.normal(size=(37, 4)), RANDOM.normal(size=(11, 4))
SERIES = np.sin(np.arange(40) / 3) * 20 + 50
WINDOWS = np.stack([SERIES[start : start + 6] for start in range(34)])[..., None]


def labels(x):
    return (x[:, 0] * x[:, 1] > 0.4).astype("int64")


def targets(x):
    return x[:, :1] * x[:, 1:2] + x[:, 2:3]


CLASSES = ((X, labels(X)), (X_VALIDATION, labels(X_VALIDATION)))
NUMBERS = ((X, targets(X)), (X_VALIDATION, targets(X_VALIDATION)))
CODES = (X, X_VALIDATION)
CASES = {
    "handout": ("handout", CLASSES, 2, {"plateau_patience": 1, "patience": 2}),
    "short": ("short", CLASSES, 2, {"plateau_patience": 0}),
    "regularized": ("regularized", CLASSES, 2, {"decay": 0.1}),
    "full batch": ("full_batch", CLASSES, 2, {}),
    "full batch squared": ("full_batch", (NUMBERS[0],), 1, {"loss": "mean_squared_error"}),
    "step": ("step", CLASSES, 2, {"every": 2}),
    "keras callbacks": (
        "keras_callbacks",
        CLASSES[:1],
        2,
        {"plateau_patience": 1, "patience": 2, "learning_rate": 0.1},
    ),
    "cifar10": ("cifar10", CLASSES, 2, {"augment": lambda x, epoch, rows: x + 0.1 * epoch * np.sin(rows)[:, None]}),
    "sentiment": ("sentiment", CLASSES, 2, {"limit": 0.1}),
    "forecast": ("forecast", ((WINDOWS, WINDOWS[:, -1] + 1),), 1, {}),
    "autoencoder": ("autoencoder", CODES, 4, {}),
    "xor": ("xor", (), 1, {}),
    "regression": ("regression", NUMBERS, 1, {"loss": "huber"}),
    "imbalanced weights": ("imbalanced", CLASSES, 2, {}),
    "imbalanced oversampling": ("imbalanced", CLASSES, 2, {"balance": "oversampling"}),
}


def twins(inputs, outputs, probabilities=False, batch_norm=False):
    """A small network on both sides, with the same weights."""
    options = {"input_shape": inputs, "units": (5,), "classes": outputs, "dropout": 0.0, "batch_norm": batch_norm}
    model, twin = build_mlp(**options), MLP(**options).double()
    if probabilities:
        model = keras.Model(model.input, keras.layers.Softmax(name="softmax")(model.output))
        twin = torch.nn.Sequential(twin, torch.nn.Softmax(-1))
    random = np.random.default_rng(1)
    with torch.no_grad():
        for path, parameter in twin.named_parameters():
            value = random.normal(0, 0.7, size=tuple(parameter.shape))
            parameter.copy_(torch.from_numpy(value))
            weight(model, path).assign(value.T)
    return model, twin


def weight(model, path):
    layer, _, name = path.removeprefix("0.").rpartition(".")
    layer = model.get_layer(layer)
    if isinstance(layer, keras.layers.BatchNormalization):
        name = {"weight": "gamma", "running_mean": "moving_mean", "running_var": "moving_variance"}.get(name, "beta")
    return getattr(layer, {"weight": "kernel"}.get(name, name))


def furthest(model, twin):
    state = {path: value.numpy() for path, value in twin.state_dict().items() if "num_batches" not in path}
    return max(np.abs(ops.convert_to_numpy(weight(model, path)).T - value).max() for path, value in state.items())


QUICK = ("handout", "short", "imbalanced oversampling")
MARKED = [pytest.param(*case, id=name, marks=[] if name in QUICK else pytest.mark.full) for name, case in CASES.items()]


@pytest.mark.parametrize(("recipe", "data", "outputs", "options"), MARKED)
def test_recipe_gives_the_same_curves_and_weights(recipe, data, outputs, options):
    inputs = {"forecast": (6, 1), "xor": (2,)}.get(recipe, (4,))
    model, twin = twins(inputs, outputs, recipe == "keras_callbacks", recipe == "handout")
    if recipe != "xor":
        options = {"batch": 8, **options} if recipe != "full_batch" else options
    steps = {"keras": [], "torch": []}
    ours, theirs = (
        importlib.import_module(f"{side}_impl.recipes.{recipe}").train(
            net, *data, epochs=4, on_step=steps[side].append, **options
        )
        for side, net in (("keras", model), ("torch", twin))
    )
    assert steps["keras"] == steps["torch"] == list(range(len(steps["torch"])))
    assert set(ours) == set(theirs)
    assert ours["loss"][0] != ours["loss"][-1]
    for name in set(ours) - {"seconds"}:
        assert len(ours[name]) == len(theirs[name])
        assert np.abs(np.array(ours[name]) - np.array(theirs[name])).max() < 1e-11, name
    assert furthest(model, twin) < 1e-11


@pytest.mark.full
@pytest.mark.parametrize(("side", "build"), [("keras", build_mlp), ("torch", MLP)])
def test_xor_is_learned_to_the_last_row(side, build):
    curves = load(side, "recipes.xor").train(build((2,), (4,), 1, 0.0, False))
    assert curves["binary_accuracy"][0] < 1
    assert curves["binary_accuracy"][-1] == 1


def load(side, module):
    return importlib.import_module(f"{side}_impl.{module}")


def fit_both(callbacks=lambda side: [], **options):
    """Both curves of a small classification (5 batches, 3 epochs) and how far apart the weights end."""
    curves, nets = {}, dict(zip(("keras", "torch"), twins((4,), 2), strict=True))
    for side, net in nets.items():
        adam = load(side, "training.optimizers").Adam
        curves[side] = load(side, "training.loop").fit(
            net,
            adam(0.1) if side == "keras" else adam(net.parameters(), 0.1),
            load(side, "training.losses").cross_entropy(),
            load(side, "training.batches").Batches(*CLASSES[0], 8),
            None,
            3,
            callbacks=callbacks(side),
            **options,
        )
    return curves["keras"], curves["torch"], furthest(*nets.values())


def test_a_rest_of_accumulated_batches_is_carried_into_the_next_epoch():
    ours, theirs, distance = fit_both(accumulate=3)  # 5 batches per epoch
    assert np.abs(np.array(ours["loss"]) - np.array(theirs["loss"])).max() < 1e-12
    assert distance < 1e-12


def test_the_mean_over_batches_is_another_number():
    samples, batches = fit_both()[1]["loss"], fit_both(mean_of="batches")
    assert np.abs(np.array(batches[0]["loss"]) - np.array(batches[1]["loss"])).max() < 1e-12
    assert "batch_mean" not in "".join(batches[0])
    assert abs(samples[0] - batches[1]["loss"][0]) > 1e-4


def test_rates_change_before_each_step():
    def callbacks(side):
        triangular = load(side, "training.schedules").triangular(4)
        average = load(side, "callbacks.weight_average").WeightAverage(0.8)
        return [load(side, "callbacks.schedule").Schedule(triangular, "step"), average]

    ours, theirs, distance = fit_both(callbacks)
    assert ours["learning_rate"] == theirs["learning_rate"]
    assert ours["learning_rate"][0] == pytest.approx(0.1)  # of step 4, the last of the first epoch
    assert distance < 1e-12


def test_a_checkpoint_brings_back_weights_and_optimizer(tmp_path):
    fit_both(lambda side: [load(side, "callbacks.checkpoint").Checkpoint(tmp_path / side, "loss")])
    model, twin = twins((4,), 2)
    adam = load("keras", "training.optimizers").Adam()
    adam.build(model.trainable_variables)
    model.compile(adam)
    model.load_weights(tmp_path / "keras" / "last.weights.h5")
    state = torch.load(tmp_path / "torch" / "last.pt")
    twin.load_state_dict(state["model"])
    assert furthest(model, twin) < 1e-12
    assert int(adam.iterations) == state["optimizer"]["state"][0]["step"] == 15
    velocity = ops.convert_to_numpy(adam.kept[0][1])
    assert np.abs(velocity.T - state["optimizer"]["state"][0]["exp_avg_sq"].numpy()).max() < 1e-12
    assert np.abs(velocity).max() > 1e-6


def test_epochs_are_ordered_as_asked():
    from keras_impl.training.batches import Batches as KerasBatches
    from torch_impl.training.batches import Batches as TorchBatches
    from torch_impl.training.batches import shuffled

    order = shuffled(len(X), seed=5)
    assert sorted(order(0)) == list(range(len(X)))
    assert list(order(0)) != list(order(1))
    for batches in (KerasBatches(*CLASSES[0], 8, order), TorchBatches(*CLASSES[0], 8, order)):
        batches.start(1)
        rows = [np.asarray(batches[index][0]) for index in range(len(batches))]
        assert [len(part) for part in rows] == [8, 8, 8, 8, 5]
        assert np.array_equal(np.concatenate(rows), X[order(1)])


@pytest.mark.parametrize("loop", [keras_loop, torch_loop])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"accumulate": 0}, "accumulate=0: expected a positive"),
        ({"mean_of": "rows"}, "mean_of='rows': expected one of"),
    ],
)
def test_fit_refuses_what_it_does_not_know(loop, options, message):
    with pytest.raises(ValueError, match=message):
        loop.fit(None, None, None, None, None, 1, **options)


def test_a_stock_optimizer_cannot_be_clipped_silently():
    with pytest.raises(TypeError, match="stock ones ignore clip"):
        keras_loop.fit(None, keras.optimizers.SGD(), None, None, None, 1, clip=lambda gradients: gradients)
