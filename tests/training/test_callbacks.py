"""Callbacks fed with scripted losses: nothing is trained."""

import csv
import importlib
import math
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import torch
from keras import ops

SIDES = ("keras", "torch")


def load(side, module, name):
    return getattr(importlib.import_module(f"{side}_impl.callbacks.{module}"), name)


class KerasRun:
    """A training that never happens; its weights are the epoch that set them."""

    def __init__(self, rate=1.0):
        self.model = SimpleNamespace(optimizer=keras.optimizers.SGD(rate), stop_training=False, epoch=None)
        self.model.get_weights = lambda: self.model.epoch
        self.model.set_weights = lambda weights: setattr(self.model, "epoch", weights)

    def play(self, callbacks, losses, name="val_loss"):
        rates = []
        for callback in callbacks:
            callback.set_model(self.model)
            callback.on_train_begin()
        for epoch, loss in enumerate(losses):
            for callback in callbacks:
                callback.on_epoch_begin(epoch)
            rates.append(float(ops.convert_to_numpy(self.model.optimizer.learning_rate)))
            self.model.epoch = epoch
            logs = {name: loss}
            for callback in callbacks:
                callback.on_epoch_end(epoch, logs)
            if self.model.stop_training:
                break
        for callback in callbacks:
            callback.on_train_end()
        return rates, self.model.epoch


class Epoch(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("epoch", torch.tensor(-1))


class TorchRun:
    def __init__(self, rate=1.0):
        self.model = Epoch()
        self.optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)

    def play(self, callbacks, losses, name="val_loss"):
        rates = []
        for callback in callbacks:
            callback.model, callback.optimizer = self.model, self.optimizer
            callback.on_train_begin()
        for epoch, loss in enumerate(losses):
            for callback in callbacks:
                callback.on_epoch_begin(epoch)
            rates.append(self.optimizer.param_groups[0]["lr"])
            self.model.epoch.fill_(epoch)
            logs = {name: loss}
            for callback in callbacks:
                callback.on_epoch_end(epoch, logs)
            if any(callback.stop for callback in callbacks):
                break
        for callback in callbacks:
            callback.on_train_end()
        return rates, self.model.epoch.item()


RUNS = {"keras": KerasRun, "torch": TorchRun}


def play(side, module, name, losses, monitor="val_loss", **options):
    return RUNS[side]().play([load(side, module, name)(monitor, **options)], losses, monitor)


def scripts(count, length, seed=0):
    """Sequences that fall, stand and jump, with steps around the thresholds; some hold a NaN."""
    random = np.random.default_rng(seed)
    for index in range(count):
        steps = random.choice([0.0, -1e-9, -5e-5, -2e-4, -0.1, 0.1], size=length)
        losses = random.choice([1.0, 100.0]) + np.cumsum(steps)
        if index % 5 == 0:
            losses[random.integers(length)] = math.nan
        yield [float(loss) for loss in losses]


@pytest.mark.parametrize("side", SIDES)
def test_early_stopping_restores_the_best_epoch(side):
    rates, epoch = play(side, "early_stopping", "EarlyStopping", [3.0, 1.0, 2.0, 2.0, 2.0, 0.5], patience=3)
    assert len(rates) == 5
    assert epoch == 1


@pytest.mark.parametrize("side", SIDES)
def test_early_stopping_restores_the_best_epoch_of_a_full_run(side):
    assert play(side, "early_stopping", "EarlyStopping", [3.0, 1.0, 2.0], patience=9) == ([1.0] * 3, 1)


@pytest.mark.parametrize("side", SIDES)
def test_early_stopping_wants_more_than_min_delta(side):
    losses = [1.0, 0.9, 0.8, 0.7]
    assert len(play(side, "early_stopping", "EarlyStopping", losses, patience=2, min_delta=0.5)[0]) == 3
    assert len(play(side, "early_stopping", "EarlyStopping", losses, patience=2, min_delta=0.05)[0]) == 4


@pytest.mark.parametrize("side", SIDES)
def test_early_stopping_sees_what_float32_does_not(side):
    losses = [1.0 - 1e-9 * epoch for epoch in range(6)]
    assert play(side, "early_stopping", "EarlyStopping", losses, patience=2) == ([1.0] * 6, 5)


@pytest.mark.parametrize("side", SIDES)
def test_early_stopping_takes_the_largest_if_told(side):
    losses = [0.1, 0.9, 0.5, 0.5]
    assert play(side, "early_stopping", "EarlyStopping", losses, "val_accuracy", patience=2, mode="max")[1] == 1


@pytest.mark.parametrize("side", SIDES)
def test_early_stopping_never_takes_nan_for_the_best(side):
    assert play(side, "early_stopping", "EarlyStopping", [math.nan, 2.0, math.nan], patience=5)[1] == 1
    assert play(side, "early_stopping", "EarlyStopping", [math.nan] * 9, patience=2)[1] == 1


@pytest.mark.parametrize("side", SIDES)
def test_plateau_bears_patience_epochs(side):
    rates, _ = play(side, "plateau", "Plateau", [1.0] * 8, factor=0.5, patience=2)
    assert rates == [1.0] * 4 + [0.5] * 3 + [0.25]


@pytest.mark.parametrize("side", SIDES)
def test_plateau_threshold_is_a_share(side):
    slow = [100 - 0.005 * epoch for epoch in range(5)]
    assert play(side, "plateau", "Plateau", slow, patience=1)[0][-1] == 0.1
    assert (
        play(side, "plateau", "Plateau", [loss / 100 - 0.0002 * i for i, loss in enumerate(slow)], patience=1)[0][-1]
        == 1
    )


@pytest.mark.parametrize("options", [{}, {"cooldown": 2}, {"floor": 0.2}, {"mode": "max"}, {"threshold": 0.0}], ids=str)
def test_plateau_goes_the_same_way_on_both_sides(options):
    lowered = 0
    for losses in scripts(12, 25):
        ours, theirs = (play(side, "plateau", "Plateau", losses, factor=0.5, patience=2, **options) for side in SIDES)
        assert ours == theirs
        lowered += ours[0][-1] < 1
    assert lowered > 3


def test_keras_plateau_goes_the_same_way_on_both_sides():
    lowered = 0
    for losses in scripts(12, 25):
        options = {"factor": 0.5, "patience": 2, "cooldown": 1, "min_delta": 1e-4}
        ours, theirs = (play(side, "keras_plateau", "KerasPlateau", losses, **options) for side in SIDES)
        assert ours == theirs
        lowered += ours[0][-1] < 1
    assert lowered > 3


def test_the_two_plateaus_are_not_the_same():
    rates = {
        name: play("torch", module, name, [1.0] * 5, patience=2)[0]
        for module, name in (("plateau", "Plateau"), ("keras_plateau", "KerasPlateau"))
    }
    assert rates["Plateau"] != rates["KerasPlateau"]


def test_keras_early_stopping_goes_the_same_way_on_both_sides():
    lengths = set()
    for losses in scripts(12, 25):
        options = {"patience": 4, "restore_best_weights": True, "min_delta": 1e-4}
        ours, theirs = (play(side, "keras_early_stopping", "KerasEarlyStopping", losses, **options) for side in SIDES)
        assert ours == theirs
        lengths.add(len(ours[0]))
    assert len(lengths) > 3


@pytest.mark.parametrize("side", SIDES)
def test_schedule_scales_the_first_rate(side):
    schedule = load(side, "schedule", "Schedule")(lambda epoch: 1 / (1 + epoch))
    assert RUNS[side](0.6).play([schedule], [1.0] * 3)[0] == [0.6, 0.3, 0.6 * (1 / 3)]


@pytest.mark.parametrize("side", SIDES)
def test_history_shows_the_rate_of_the_epoch(side):
    history = load(side, "history", "History")()
    plateau = load(side, "plateau", "Plateau")("val_loss", patience=1)
    rates, _ = RUNS[side]().play([history, plateau], [1.0] * 5)
    assert history.curves["learning_rate"] == rates == [1.0] * 3 + [0.1] * 2
    assert history.curves["val_loss"] == [1.0] * 5
    assert len(history.curves["seconds"]) == 5


@pytest.mark.parametrize("side", SIDES)
def test_csv_log_keeps_all_digits(side, tmp_path):
    log = load(side, "csv_log", "CSVLog")(tmp_path / "log.csv")
    RUNS[side]().play([log], [1 / 3, 2 / 3])
    with (tmp_path / "log.csv").open() as file:
        assert list(csv.DictReader(file)) == [
            {"epoch": "0", "val_loss": repr(1 / 3)},
            {"epoch": "1", "val_loss": repr(2 / 3)},
        ]


@pytest.mark.parametrize("side", SIDES)
def test_tensorboard_log_is_read_back_by_tensorflow(side, tmp_path):
    import tensorflow as tf

    RUNS[side]().play([load(side, "tensorboard_log", "TensorBoardLog")(tmp_path)], [0.5, 0.25])
    (path,) = tmp_path.glob("events.out.tfevents.*")
    records = [tf.compat.v1.Event.FromString(r.numpy()) for r in tf.data.TFRecordDataset(str(path))]
    assert records[0].file_version == "brain.Event:2"
    scalars = [(event.step, event.summary.value[0].tag, event.summary.value[0].simple_value) for event in records[1:]]
    assert scalars == [(0, "val_loss", 0.5), (1, "val_loss", 0.25)]


def train_on(side, x, rate=1e-3):
    """Three steps of a training that the guard watches, all weights 1 at first."""
    model, twin = nets()
    set_weights(model, twin, 1.0)
    part = {name: importlib.import_module(f"{side}_impl.training.{name}") for name in ("loop", "losses", "batches")}
    sgd = importlib.import_module(f"{side}_impl.training.optimizers").SGD
    batches = part["batches"].Batches(x, np.ones((6, 2)), 2)
    net = model if side == "keras" else torch.nn.Sequential(twin)
    optimizer = sgd(rate) if side == "keras" else sgd(net.parameters(), rate)
    guard = load(side, "nan_guard", "NaNGuard")()
    part["loop"].fit(net, optimizer, part["losses"].mean_squared_error(), batches, None, 1, callbacks=[guard])


@pytest.mark.parametrize("side", SIDES)
def test_nan_guard_names_step_and_input(side):
    x = np.ones((6, 3))
    x[3, 1] = math.nan
    with pytest.raises(FloatingPointError, match="loss=nan at step 1: first in the input; lower the learning rate"):
        train_on(side, x)


@pytest.mark.parametrize(("side", "name"), [("keras", "sequential.*/dense.*/kernel"), ("torch", r"0\.weight")])
def test_nan_guard_names_an_update(side, name):
    with pytest.raises(FloatingPointError, match=f"at step 0: first in the update of weight {name};"):
        train_on(side, np.full((6, 3), 100.0), rate=1e308)


@pytest.mark.parametrize(("side", "name"), [("keras", "dense.*"), ("torch", "0")])
def test_nan_guard_names_an_output(side, name):
    with pytest.raises(FloatingPointError, match=f"loss=inf at step 0: first in the output of {name};"):
        train_on(side, np.full((6, 3), 1e308))


def nets(seed=0):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model, torch.nn.Linear(3, 2).double()


def set_weights(model, twin, value):
    for variable in model.trainable_variables:
        variable.assign(np.full(variable.shape, value))
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.fill_(value)


def test_weight_average_is_that_of_pytorch():
    model, twin = nets()
    ours, theirs = (load(side, "weight_average", "WeightAverage")(0.9) for side in SIDES)
    ours.set_model(model)
    theirs.model = twin
    theirs.on_train_begin()
    expected = 1.0
    for step, value in enumerate([1.0, 2.0, 5.0]):
        set_weights(model, twin, value)
        ours.on_train_batch_end(step)
        theirs.on_step_end(step, 0.0)
        expected = 0.9 * expected + 0.1 * value
    ours.on_train_end()
    theirs.on_train_end()
    for weight in (ops.convert_to_numpy(model.trainable_variables[0]), twin.weight.detach().numpy()):
        assert np.abs(weight - expected).max() < 1e-15


def test_checkpoints_hold_the_best_and_the_last_epoch(tmp_path):
    model, twin = nets()
    ours, theirs = (load(side, "checkpoint", "Checkpoint")(tmp_path / side) for side in SIDES)
    ours.set_model(model)
    theirs.model, theirs.optimizer = twin, torch.optim.SGD(twin.parameters(), lr=0.1)
    for epoch, loss in enumerate([3.0, 1.0, 1.0]):  # the first of equal epochs is kept
        set_weights(model, twin, epoch)
        for callback in (ours, theirs):
            callback.on_epoch_end(epoch, {"val_loss": loss})
    assert sorted(path.name for path in (tmp_path / "keras").iterdir()) == ["best.weights.h5", "last.weights.h5"]
    assert sorted(path.name for path in (tmp_path / "torch").iterdir()) == ["best.pt", "last.pt"]
    for name, epoch in (("best", 1), ("last", 2)):
        model.load_weights(tmp_path / "keras" / f"{name}.weights.h5")
        state = torch.load(tmp_path / "torch" / f"{name}.pt")
        assert state["epoch"] == epoch
        assert set(np.unique(ops.convert_to_numpy(model.trainable_variables[0]))) == {epoch}
        assert state["model"]["weight"].unique().tolist() == [epoch]


@pytest.mark.parametrize("side", SIDES)
def test_a_checkpoint_that_fails_leaves_the_old_one(side, tmp_path, monkeypatch):
    model, twin = nets()
    checkpoint = load(side, "checkpoint", "Checkpoint")(tmp_path)
    if side == "keras":
        checkpoint.set_model(model)
    else:
        checkpoint.model, checkpoint.optimizer = twin, torch.optim.SGD(twin.parameters(), lr=0.1)
    checkpoint.on_epoch_end(0, {"val_loss": 1.0})
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full_disk(*args):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", full_disk)
    with pytest.raises(OSError, match="disk full"):
        checkpoint.on_epoch_end(1, {"val_loss": 0.5})
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("module", "name", "options", "message"),
    [
        ("early_stopping", "EarlyStopping", {"patience": 0}, "patience=0: expected a positive whole number"),
        ("early_stopping", "EarlyStopping", {"mode": "auto"}, "mode='auto': expected one of min, max"),
        ("plateau", "Plateau", {"factor": 1.0}, "factor=1.0: expected a number below 1"),
        ("schedule", "Schedule", {"factor": None, "unit": "batch"}, "unit='batch': expected one of epoch, step"),
        ("weight_average", "WeightAverage", {"decay": 1}, r"decay=1: expected a number in \[0, 1\)"),
    ],
)
def test_bad_arguments_get_the_same_message(side, module, name, options, message):
    with pytest.raises(ValueError, match=message):
        load(side, module, name)(**options)
