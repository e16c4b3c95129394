"""Probes of schedules, callbacks and logs."""

from __future__ import annotations

import math
from types import SimpleNamespace

import torch  # isort: skip  before TensorFlow
import keras
import numpy as np
import torch.nn.functional as F
from keras import layers, optimizers
from keras.optimizers import schedules
from probing import Replaced, array, built, copied, error, n, probe, silent, t
from torch import nn
from torch.optim import lr_scheduler

from keras_impl.callbacks.early_stopping import EarlyStopping
from keras_impl.callbacks.plateau import Plateau
from keras_impl.training import schedules as our_schedules
from torch_impl.callbacks.early_stopping import EarlyStopping as TorchEarlyStopping


class StandIn(SimpleNamespace):
    """As much of a Keras model as a callback looks at."""

    def __init__(self, rate=1.0):
        super().__init__(optimizer=SimpleNamespace(learning_rate=rate), stop_training=False, epoch=None, restored=None)

    def get_weights(self):
        return self.epoch

    def set_weights(self, weights):
        self.restored = weights

    state_dict, load_state_dict = get_weights, set_weights

    def save_weights(self, path, overwrite=True):
        self.restored = self.epoch


def rates(callback, values, model=None):
    """Learning rate after each epoch of scripted losses."""
    model = model or StandIn()
    with Replaced(keras.callbacks.Callback, "model", model):
        callback.on_train_begin()
        seen = []
        for epoch, value in enumerate(values):
            callback.on_epoch_end(epoch, {"val_loss": value})
            seen.append(float(model.optimizer.learning_rate))
    return np.array(seen)


def torch_rates(values, rate=1.0, **options):
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], rate)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    seen = []
    for value in values:
        scheduler.step(value)
        seen.append(optimizer.param_groups[0]["lr"])
    return np.array(seen)


def reduce(**options):
    return keras.callbacks.ReduceLROnPlateau(
        **{"factor": 0.5, "patience": 3, "min_delta": 0.0, "mode": "min", **options}
    )


@probe
def plateau_patience():
    flat = [1.0] * 9
    stock = rates(reduce(), flat)
    same = torch_rates(flat, factor=0.5, patience=3, threshold=0.0)
    ours_ = rates(Plateau(factor=0.5, patience=3, threshold=0.0), flat)
    return error(stock, same), max(
        error(stock, torch_rates(flat, factor=0.5, patience=2, threshold=0.0)), error(ours_, same)
    )


@probe
def plateau_threshold():
    slow = [100 - 0.0005 * epoch for epoch in range(9)]
    stock = rates(reduce(min_delta=1e-4), slow)
    relative = torch_rates(slow, factor=0.5, patience=2, threshold=1e-4)
    ours_ = rates(Plateau(factor=0.5, patience=2, threshold=1e-4), slow)
    absolute = torch_rates(slow, factor=0.5, patience=2, threshold=1e-4, threshold_mode="abs")
    return error(stock, relative), max(error(stock, absolute), error(ours_, relative))


@probe
def plateau_cooldown():
    flat = [1.0] * 12
    stock = rates(reduce(cooldown=2), flat)
    same = torch_rates(flat, factor=0.5, patience=2, threshold=0.0, cooldown=2)
    ours_ = rates(Plateau(factor=0.5, patience=2, threshold=0.0, cooldown=2), flat)
    shorter = torch_rates(flat, factor=0.5, patience=2, threshold=0.0, cooldown=1)
    return error(stock, same), max(error(stock, shorter), error(ours_, same))


@probe
def plateau_smallest_step():
    flat = [1.0] * 9
    stock = rates(reduce(), flat, StandIn(1e-8)) / 1e-8
    same = torch_rates(flat, 1e-8, factor=0.5, patience=2, threshold=0.0) / 1e-8
    fixed = torch_rates(flat, 1e-8, factor=0.5, patience=2, threshold=0.0, eps=0.0) / 1e-8
    return error(stock, same), error(stock, fixed)


def stops(callback, values, model=None):
    """(last epoch, restored epoch) of a Keras or Torch early stopping on scripted losses."""
    model = StandIn()
    with Replaced(keras.callbacks.Callback, "model", model):
        callback.model = model if isinstance(callback, TorchEarlyStopping) else callback.model
        callback.on_train_begin()
        for epoch, value in enumerate(values):
            model.epoch = epoch
            callback.on_epoch_end(epoch, {"val_loss": value})
            if model.stop_training or getattr(callback, "stop", False):
                break
        callback.on_train_end()
    return np.array([epoch, -1 if model.restored is None else model.restored])


def hand_written(values, patience, at_end=False):
    best, best_epoch, waited, restored = math.inf, None, 0, -1
    for epoch, value in enumerate(values):
        if value < best:
            best, best_epoch, waited = value, epoch, 0
            continue
        waited += 1
        if waited > patience:
            restored = best_epoch
            break
    return np.array([epoch, best_epoch if at_end else restored])


def stock_stopping(patience):
    return keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True, mode="min")


@probe
def early_stopping_patience():
    values = [3.0, 2.0, 2.5, 2.5, 2.5, 2.5]
    stock = stops(stock_stopping(2), values)
    twins = [stops(EarlyStopping(patience=2), values), stops(TorchEarlyStopping(patience=2), values)]
    return error(stock, hand_written(values, 2)), max(error(stock, twin) for twin in twins)


@probe
def early_stopping_restore():
    values = [3.0, 2.0, 2.5, 2.5]
    stock = stops(stock_stopping(5), values)
    twins = [stops(EarlyStopping(patience=5), values), stops(TorchEarlyStopping(patience=5), values)]
    return error(stock, hand_written(values, 5)), max(
        error(stock, twin) for twin in (*twins, hand_written(values, 5, at_end=True))
    )


@probe
def callback_float32():
    values = [1.0 - 1e-9 * epoch for epoch in range(9)]
    return (
        error(stops(stock_stopping(3), values), stops(TorchEarlyStopping(patience=3), values)),
        error(stops(EarlyStopping(patience=3), values), stops(TorchEarlyStopping(patience=3), values)),
    )


@probe
def checkpoint_ties():
    values = [3.0, 1.0, 2.0, 1.0]
    stock = keras.callbacks.ModelCheckpoint("x.weights.h5", save_best_only=True, save_weights_only=True, mode="min")
    model, best, loose, strict = StandIn(), math.inf, -1, -1
    with Replaced(keras.callbacks.Callback, "model", model):
        for epoch, value in enumerate(values):
            model.epoch = epoch
            stock.on_epoch_end(epoch, {"val_loss": value})
            loose = epoch if value <= best else loose
            strict = epoch if value < best else strict
            best = min(best, value)
    return float(abs(model.restored - loose)), float(abs(model.restored - strict))


def lambdas(function, length):
    """Rates of a ``LambdaLR`` over steps."""
    return scheduled(lambda o: lr_scheduler.LambdaLR(o, function), length)


def scheduled(make, length, rate=1.0):
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], rate)
    scheduler, seen = make(optimizer), []
    with silent():
        for _ in range(length):
            seen.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return np.array(seen)


def values(schedule, length):
    return np.array([float(n(schedule(step))) for step in range(length)])


ONE = np.float64(1.0)


@probe
def schedule_double():
    port = lambdas(lambda step: 0.9 ** (step / 7), 12)
    return (
        error(values(schedules.ExponentialDecay(1.0, 7, 0.9), 12), port),
        error(values(schedules.ExponentialDecay(ONE, 7, np.float64(0.9)), 12), port),
    )


@probe
def exponential_per_step():
    y = values(schedules.ExponentialDecay(ONE, 4, np.float64(0.5)), 12)
    return (
        error(y, scheduled(lambda o: lr_scheduler.ExponentialLR(o, 0.5), 12)),
        error(y, lambdas(lambda step: 0.5 ** (step / 4), 12)),
    )


@probe
def piecewise_boundary():
    y = values(schedules.PiecewiseConstantDecay([4, 8], [ONE, 0.1 * ONE, 0.01 * ONE]), 12)

    def port(*milestones):
        return scheduled(lambda o: lr_scheduler.MultiStepLR(o, milestones, 0.1), 12)

    return error(y, port(4, 8)), error(y, port(5, 9))


@probe
def cosine_after_end():
    y = values(schedules.CosineDecay(ONE, 6), 12)
    climbing = scheduled(lambda o: lr_scheduler.CosineAnnealingLR(o, 6), 12)
    ours_ = np.array([our_schedules.cosine(6)(step) for step in range(12)])
    fixed = lambdas(lambda step: (1 + math.cos(math.pi * min(step, 6) / 6)) / 2, 12)
    return error(y, climbing), max(error(y, fixed), error(ours_, climbing))


@probe
def warmup_then_cosine():
    y = values(schedules.CosineDecay(np.float64(0.0), 6, warmup_target=ONE, warmup_steps=3), 12)

    def port(length):
        return lambdas(lambda s: s / 3 if s < 3 else (1 + math.cos(math.pi * min((s - 3) / length, 1.0))) / 2, 12)

    ours_ = np.array([our_schedules.warmup_cosine(3, 9)(step) for step in range(10)])
    return error(y, port(3)), max(error(y, port(6)), error(ours_, y[:10]))


@probe
def cosine_restarts():
    y = values(schedules.CosineDecayRestarts(ONE, 3), 10)

    def port(**options):
        return scheduled(lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 3, **options), 10)

    return error(y, port()), error(y, port(T_mult=2))


@probe
def polynomial_end():
    y = values(schedules.PolynomialDecay(ONE, 6, end_learning_rate=np.float64(1e-4)), 9)
    return (
        error(y, scheduled(lambda o: lr_scheduler.PolynomialLR(o, 6), 9)),
        error(y, lambdas(lambda step: (1 - 1e-4) * (1 - min(step, 6) / 6) + 1e-4, 9)),
    )


@probe
def inverse_time_decay():
    y = values(schedules.InverseTimeDecay(ONE, 4, np.float64(0.5)), 12)
    return error(y, lambdas(lambda step: 1 / (1 + 0.5 * step), 12)), error(
        y, lambdas(lambda step: 1 / (1 + 0.5 * step / 4), 12)
    )


@probe
def one_cycle_momentum():
    def seen(**options):
        optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], 0.1, momentum=0.9)
        scheduler, momenta = lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=10, **options), []
        for _ in range(9):
            momenta.append(optimizer.param_groups[0]["momentum"])
            optimizer.step()
            scheduler.step()
        return np.array(momenta)

    return error(seen(), np.full(9, 0.9)), error(seen(cycle_momentum=False), np.full(9, 0.9))


@probe
def schedule_callback_time():
    def rule(epoch, rate=None):
        return 0.5**epoch

    callback, model, seen = keras.callbacks.LearningRateScheduler(rule), StandIn(), []
    with Replaced(keras.callbacks.Callback, "model", model):
        for epoch in range(5):
            callback.on_epoch_begin(epoch)
            seen.append(float(model.optimizer.learning_rate))
    early = scheduled(lambda o: lr_scheduler.LambdaLR(o, rule), 6)[1:]
    return error(np.array(seen), early), error(np.array(seen), lambdas(rule, 5))


@probe
def history_weighted():
    x, y = array(19, 3), array(19, 1, seed=1)
    model = keras.Sequential([layers.Dense(1)])
    built(model.layers[0], x)
    module = copied(model.layers[0], nn.Linear(3, 1), "dense")
    model.compile(optimizers.SGD(0.1), "mse", run_eagerly=True)
    logged = model.fit(x, y, batch_size=8, shuffle=False, verbose=0).history["loss"][0]
    stock, seen = torch.optim.SGD(module.parameters(), 0.1), []
    for start in (0, 8, 16):
        stock.zero_grad()
        rows = slice(start, start + 8)
        value = F.mse_loss(module(t(x[rows])), t(y[rows]))
        value.backward()
        stock.step()
        seen.append((value.item(), len(x[rows])))
    plain_mean = sum(value for value, _ in seen) / 3
    weighted = sum(value * size for value, size in seen) / 19
    return error(np.array(logged), np.array(plain_mean)), error(np.array(logged), np.array(weighted))


@probe
def evaluate_masked_batches():
    x, y = array(6, 4, 2), array(6, 4, 2, seed=1)
    x[0, 1:] = 9.0
    x[4, 2:] = 9.0
    model = keras.Sequential([layers.Masking(9.0)])
    model.compile(loss="mse", run_eagerly=True)
    measured = model.evaluate(x, y, batch_size=2, verbose=0)
    kept = (t(x) != 9.0).any(-1)
    each = (t(x) * kept[..., None] - t(y)).square().mean(-1) * kept
    batches = [each[k : k + 2].sum() / kept[k : k + 2].sum() for k in (0, 2, 4)]
    return error(np.array(measured), each.sum() / kept.sum()), error(np.array(measured), torch.stack(batches).mean())


@probe
def history_learning_rate():
    flat = [1.0] * 6
    model, callback, logged, loop = StandIn(), reduce(patience=2), [], []
    with Replaced(keras.callbacks.Callback, "model", model):
        callback.on_train_begin()
        for epoch, value in enumerate(flat):
            logs = {"val_loss": value}
            callback.on_epoch_end(epoch, logs)
            logged.append(float(logs["learning_rate"]))
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], 1.0)
    scheduler, after_step = lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1, threshold=0.0), []
    for value in flat:
        loop.append(optimizer.param_groups[0]["lr"])
        scheduler.step(value)
        after_step.append(scheduler.get_last_lr()[0])
    return error(np.array(logged), np.array(after_step)), error(np.array(logged), np.array(loop))
