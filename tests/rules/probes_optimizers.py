"""Probes of optimizers, clipping and averaging."""

from __future__ import annotations

import itertools
import math

import torch  # isort: skip  before TensorFlow
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops, optimizers
from keras.optimizers import schedules
from probing import array, built, copied, error, n, plain, probe, silent, t
from torch import nn

from keras_impl.training import optimizers as ours
from torch_impl.training.optimizers import Lion


def steps(optimizer, gradients, start=None, rates=()):
    """Weights after some updates by a Keras optimizer."""
    w = keras.Variable(array(4, 3, seed=9) if start is None else start)
    optimizer.build([w])
    for g, rate in itertools.zip_longest(gradients, rates):
        if rate is not None:
            optimizer.learning_rate = rate
        optimizer.apply([ops.convert_to_tensor(g)], [w])
    return n(w)


def torch_steps(make, gradients, start=None, rates=(), before_step=lambda optimizer: None):
    """Weights after some updates by a Torch optimizer."""
    p = nn.Parameter(t(array(4, 3, seed=9) if start is None else start))
    optimizer = make([p])
    for g, rate in itertools.zip_longest(gradients, rates):
        if rate is not None:
            optimizer.param_groups[0]["lr"] = rate
        before_step(optimizer)
        p.grad = t(g)
        optimizer.step()
    return p


def gradients(count=6, scale=1.0):
    return [scale * array(4, 3, seed=20 + index) for index in range(count)]


@probe
def sgd_momentum_rate():
    rates = (0.1, 0.1, 0.1, 0.01, 0.01, 0.01)
    port = torch_steps(lambda p: torch.optim.SGD(p, 0.1, momentum=0.9), gradients(), rates=rates)
    return (
        error(steps(optimizers.SGD(0.1, momentum=0.9), gradients(), rates=rates), port),
        error(steps(ours.SGD(0.1, momentum=0.9), gradients(), rates=rates), port),
    )


@probe
def adam_epsilon():
    small = gradients(scale=1e-6)
    port = torch_steps(lambda p: torch.optim.Adam(p, 1e-2), small)
    return error(steps(optimizers.Adam(1e-2), small), port), error(steps(ours.Adam(1e-2), small), port)


@plain
def adam_beta_float32():
    port = torch_steps(
        lambda p: torch.optim.Adam(p, 1e-2),
        gradients(),
        before_step=lambda o: o.param_groups[0].update(eps=1e-7 / math.sqrt(1 - 0.999 ** (1 + count(o)))),
    )
    double = optimizers.Adam(np.float64(1e-2), beta_1=np.float64(0.9), beta_2=np.float64(0.999))
    return error(steps(optimizers.Adam(1e-2), gradients()), port), error(steps(double, gradients()), port)


def count(optimizer):
    """Updates made so far."""
    state = next(iter(optimizer.state.values()), None)
    return int(state["step"]) if state else 0


@probe
def optimizer_coupled_decay():
    port = torch_steps(lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.1), gradients())
    return (
        error(steps(optimizers.SGD(0.1, momentum=0.9, weight_decay=0.1), gradients()), port),
        error(steps(ours.SGD(0.1, momentum=0.9, weight_decay=0.1), gradients()), port),
    )


@probe
def adamw_default_decay():
    port = torch_steps(lambda p: torch.optim.AdamW(p, 1e-2), gradients())
    return error(steps(optimizers.AdamW(1e-2), gradients()), port), error(steps(ours.AdamW(1e-2), gradients()), port)


@probe
def optimizer_decay_exclusion():
    kernel, bias = (keras.Variable(array(3, seed=seed), name=name) for seed, name in ((1, "kernel"), (2, "bias")))

    def moved(exclude):
        kernel.assign(array(3, seed=1))
        bias.assign(array(3, seed=2))
        optimizer = optimizers.SGD(0.1, weight_decay=0.1)
        if exclude:
            optimizer.exclude_from_weight_decay(var_names=["bias"])
        optimizer.apply([ops.ones(3), ops.ones(3)], [kernel, bias])
        return np.stack([n(kernel), n(bias)])

    w, b = nn.Parameter(t(array(3, seed=1))), nn.Parameter(t(array(3, seed=2)))
    w.grad, b.grad = torch.ones(3), torch.ones(3)
    torch.optim.SGD([{"params": [w], "weight_decay": 0.1}, {"params": [b]}], lr=0.1).step()
    return error(moved(False), torch.stack([w, b])), error(moved(True), torch.stack([w, b]))


@probe
def nadam_schedule():
    y = steps(optimizers.Nadam(1e-2), gradients())
    return (
        error(y, torch_steps(lambda p: torch.optim.NAdam(p, 1e-2), gradients())),
        error(y, torch_steps(lambda p: torch.optim.NAdam(p, 1e-2, momentum_decay=1.0, eps=1e-7), gradients())),
    )


class Scripted:
    """A Torch optimizer from one formula: (gradient, state, step) -> what is subtracted."""

    def __init__(self, parameters, update):
        self.parameters, self.update, self.state, self.count = parameters, update, {}, 0
        self.param_groups = [{"lr": 0.0}]

    def step(self):
        self.count += 1
        for parameter in self.parameters:
            parameter.data -= self.update(parameter.grad, self.state, self.count)


@probe
def adamax_epsilon():
    small = gradients(scale=1e-6)
    y = steps(optimizers.Adamax(1e-2), small)

    def update(g, state, step):
        state["m"] = 0.9 * state.get("m", 0.0) + 0.1 * g
        state["u"] = torch.maximum(0.999 * state.get("u", torch.zeros_like(g)), g.abs())
        return 1e-2 * state["m"] / ((1 - 0.9**step) * (state["u"] + 1e-7))

    return (
        error(y, torch_steps(lambda p: torch.optim.Adamax(p, 1e-2, eps=1e-7), small)),
        error(y, torch_steps(lambda p: Scripted(p, update), small)),
    )


@probe
def rmsprop_epsilon():
    small = gradients(scale=1e-4)
    port = torch_steps(lambda p: torch.optim.RMSprop(p, 1e-2, alpha=0.9, eps=1e-7), small)
    return (
        error(steps(optimizers.RMSprop(1e-2), small), port),
        error(steps(ours.RMSprop(1e-2, alpha=0.9, eps=1e-7), small), port),
    )


@probe
def rmsprop_momentum_rate():
    rates = (0.1, 0.1, 0.1, 0.01, 0.01, 0.01)
    y = steps(optimizers.RMSprop(0.1, momentum=0.9), gradients(), rates=rates)

    def port(outside):
        queue = iter(rates)

        def update(g, state, step):
            rate = next(queue)
            state["v"] = 0.9 * state.get("v", 0.0) + 0.1 * g.square()
            scaled = g / (state["v"] + 1e-7).sqrt()
            state["m"] = 0.9 * state.get("m", 0.0) + (scaled if outside else rate * scaled)
            return rate * state["m"] if outside else state["m"]

        return torch_steps(lambda p: Scripted(p, update), gradients())

    return error(y, port(True)), error(y, port(False))


@probe
def adagrad_start():
    y = steps(optimizers.Adagrad(1e-2), gradients())
    port = torch_steps(lambda p: torch.optim.Adagrad(p, 1e-2), gradients())
    start = torch_steps(
        lambda p: torch.optim.Adagrad(p, 1e-2, initial_accumulator_value=0.1 + 1e-7, eps=0.0), gradients()
    )
    return error(y, port), max(error(y, start), error(steps(ours.Adagrad(1e-2), gradients()), port))


@probe
def adadelta_defaults():
    y = steps(optimizers.Adadelta(1.0), gradients())
    return (
        error(y, torch_steps(lambda p: torch.optim.Adadelta(p, 1.0), gradients())),
        error(y, torch_steps(lambda p: torch.optim.Adadelta(p, 1.0, rho=0.95, eps=1e-7), gradients())),
    )


@probe
def adafactor_epsilon():
    small = gradients(scale=1e-17)
    port = torch_steps(lambda p: torch.optim.Adafactor(p, 1e-2), small)
    return error(steps(optimizers.Adafactor(1e-2), small), port), error(steps(ours.Adafactor(1e-2), small), port)


@probe
def adafactor_axes():
    kernel, slopes = array(3, 3, 2, 4), [array(3, 3, 2, 4, seed=seed) for seed in (1, 2, 3)]

    def moved(optimizer):
        w = keras.Variable(kernel, name="kernel")
        optimizer.build([w])
        for g in slopes:
            optimizer.apply([ops.convert_to_tensor(g)], [w])
        return n(w).transpose(3, 2, 0, 1)

    port = torch_steps(
        lambda p: torch.optim.Adafactor(p, 1e-2),
        [g.transpose(3, 2, 0, 1) for g in slopes],
        kernel.transpose(3, 2, 0, 1),
    )
    return error(moved(optimizers.Adafactor(1e-2)), port), error(moved(ours.Adafactor(1e-2)), port)


@probe
def lion():
    y = steps(optimizers.Lion(1e-2), gradients())

    def late_sign(g, state, step):
        state["m"] = 0.99 * state.get("m", 0.0) + 0.01 * g
        return 1e-2 * torch.sign(state["m"])

    return (
        error(y, torch_steps(lambda p: Scripted(p, late_sign), gradients())),
        max(
            error(y, torch_steps(lambda p: Lion(p, 1e-2), gradients())),
            error(y, steps(ours.Lion(1e-2), gradients())),
        ),
    )


@probe
def muon_precision():
    y = steps(optimizers.Muon(1e-2, weight_decay=0.0), gradients())

    def update(g, state, step):
        state["m"] = 0.95 * state.get("m", 0.0) + g
        x = (g + 0.95 * state["m"]).T
        x = x / (x.norm() + 1e-7)
        for _ in range(5):
            square = x @ x.T
            x = 3.4445 * x + (-4.775 * square + 2.0315 * square @ square) @ x
        return 1e-2 * 0.2 * math.sqrt(4) * x.T

    stock = torch_steps(
        lambda p: torch.optim.Muon(p, 1e-2, weight_decay=0.0, adjust_lr_fn="match_rms_adamw"), gradients()
    )
    return error(y, stock), error(y, torch_steps(lambda p: Scripted(p, update), gradients()))


def clipped(optimizer, scales=(1.0, 1.0)):
    """One Keras update of two weights from zero."""
    pair = [keras.Variable(np.zeros(3)) for _ in scales]
    optimizer.apply([ops.convert_to_tensor(s * array(3, seed=k)) for k, s in enumerate(scales)], pair)
    return np.stack([n(w) for w in pair])


def torch_clipped(clip, scales=(1.0, 1.0)):
    pair = [nn.Parameter(torch.zeros(3)) for _ in scales]
    for k, (p, s) in enumerate(zip(pair, scales, strict=True)):
        p.grad = t(s * array(3, seed=k))
    clip(pair)
    torch.optim.SGD(pair, 1.0).step()
    return torch.stack(pair)


def exact_clip(groups):
    for group in groups:
        norm = torch.sqrt(sum(p.grad.square().sum() for p in group))
        for p in group:
            p.grad.mul_(0.5 / torch.clamp(norm, min=0.5))


@probe
def clip_norm_each():
    y = clipped(optimizers.SGD(1.0, clipnorm=0.5))
    return (
        error(y, torch_clipped(lambda pair: nn.utils.clip_grad_norm_(pair, 0.5))),
        error(y, torch_clipped(lambda pair: exact_clip([[p] for p in pair]))),
    )


@probe
def clip_norm_epsilon():
    y = clipped(optimizers.SGD(1.0, global_clipnorm=0.5))
    return (
        error(y, torch_clipped(lambda pair: nn.utils.clip_grad_norm_(pair, 0.5))),
        error(y, torch_clipped(lambda pair: exact_clip([pair]))),
    )


IDS = np.array([[1, 2, 2], [2, 0, 1]])


def embedding_steps(optimizer, densify=False, ids=IDS):
    """An embedding table after three updates whose gradient arrives as rows."""
    layer = built(layers.Embedding(4, 3), ids)
    optimizer.build([layer.embeddings])
    for _ in range(3):
        with tf.GradientTape() as tape:
            value = ops.sum(ops.square(layer(ops.convert_to_tensor(ids)) - 1.0))
        (slope,) = tape.gradient(value, [layer.embeddings.value])
        optimizer.apply([tf.convert_to_tensor(slope) if densify else slope], [layer.embeddings])
    return n(layer.embeddings)


def torch_embedding_steps(make, ids=IDS, clip=None, sparse=False):
    layer = built(layers.Embedding(4, 3), ids)
    module = copied(layer, nn.Embedding(4, 3, sparse=sparse), "embedding")
    optimizer = make(module.parameters())
    for _ in range(3):
        optimizer.zero_grad()
        (module(t(ids)) - 1).square().sum().backward()
        if clip:
            clip(module)
        optimizer.step()
    return module.weight


@probe
def embedding_sparse_gradient():
    port = torch_embedding_steps(lambda p: torch.optim.Adam(p, 0.05))
    return (
        error(embedding_steps(optimizers.Adam(0.05)), port),
        error(embedding_steps(ours.Adam(0.05)), port),
    )


@probe
def clip_sparse_gradient():
    port = torch_embedding_steps(lambda p: torch.optim.SGD(p, 0.1), clip=lambda m: exact_clip([[m.weight]]))
    return (
        error(embedding_steps(optimizers.SGD(0.1, clipnorm=0.5)), port),
        error(embedding_steps(optimizers.SGD(0.1, clipnorm=0.5), densify=True), port),
    )


@probe
def adam_idle_rows():
    def moved(sparse):
        module = nn.Embedding(4, 3, sparse=sparse)
        module.weight.data = t(array(4, 3))
        optimizer = (torch.optim.SparseAdam if sparse else torch.optim.Adam)(module.parameters(), 0.05)
        for ids in ([0, 1], [2, 3]):
            optimizer.zero_grad()
            module(torch.tensor(ids)).square().sum().backward()
            optimizer.step()
        return module.weight

    table = keras.Variable(array(4, 3))
    optimizer = ours.Adam(0.05)
    optimizer.build([table])
    for ids in ([0, 1], [2, 3]):
        slope = np.zeros((4, 3))
        slope[ids] = 2 * n(table)[ids]
        optimizer.apply([ops.convert_to_tensor(slope)], [table])
    return error(table, moved(True)), error(table, moved(False))


@probe
def accumulation_mean():
    y = steps(optimizers.SGD(0.1, gradient_accumulation_steps=2), gradients())

    def port(share):
        pairs = [share * (a + b) for a, b in zip(gradients()[::2], gradients()[1::2], strict=True)]
        return torch_steps(lambda p: torch.optim.SGD(p, 0.1), pairs)

    return error(y, port(1.0)), error(y, port(0.5))


@probe
def accumulation_schedule():
    schedule = schedules.ExponentialDecay(np.float64(0.1), 1, np.float64(0.5))
    y = steps(optimizers.SGD(schedule, gradient_accumulation_steps=2), gradients())
    pairs = [0.5 * (a + b) for a, b in zip(gradients()[::2], gradients()[1::2], strict=True)]

    def port(rates):
        return torch_steps(lambda p: torch.optim.SGD(p, 0.1), pairs, rates=rates)

    return error(y, port((0.1, 0.05, 0.025))), error(y, port((0.05, 0.0125, 0.003125)))


@probe
def average_at_the_end():
    optimizer = optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9)
    w = keras.Variable(array(4, 3, seed=9))
    optimizer.build([w])
    p = nn.Parameter(t(array(4, 3, seed=9)))
    stock, average = torch.optim.SGD([p], 0.1), None
    for g in gradients():
        optimizer.apply([ops.convert_to_tensor(g)], [w])
        p.grad = t(g)
        stock.step()
        average = p.detach().clone() if average is None else 0.9 * average + 0.1 * p.detach()
    optimizer.finalize_variable_values([w])
    return error(w, p), error(w, average)


@probe
def average_buffers():
    module = nn.BatchNorm1d(3)
    averages = [torch.optim.swa_utils.AveragedModel(module, use_buffers=use) for use in (True, False)]
    layer = keras.layers.BatchNormalization(momentum=0.9)
    layer.build((None, 3))
    for seed in range(3):
        x = array(8, 3, seed=seed) + 1
        layer(ops.convert_to_tensor(x), training=True)
        module(t(x))
        for average in averages:
            average.update_parameters(module)
    return tuple(error(layer.moving_mean, average.module.running_mean) for average in averages)


@probe
def loss_scale_start():
    scale = optimizers.LossScaleOptimizer(optimizers.SGD()).initial_scale
    return (
        error(np.array(scale), np.array(torch.amp.GradScaler("cpu").get_scale())),
        error(np.array(scale), np.array(torch.amp.GradScaler("cpu", init_scale=2.0**15).get_scale())),
    )


@probe
def learning_rate_floatx():
    keras.config.set_floatx("float32")
    try:
        rounded = optimizers.SGD(0.1)
    finally:
        keras.config.set_floatx("float64")
    port = torch_steps(lambda p: torch.optim.SGD(p, 0.1), gradients())
    return error(steps(rounded, gradients()), port), error(steps(optimizers.SGD(0.1), gradients()), port)


@probe
def learning_rate_defaults():
    return (
        error(steps(optimizers.SGD(), gradients()), torch_steps(torch.optim.SGD, gradients())),
        error(steps(optimizers.SGD(0.01), gradients()), torch_steps(lambda p: torch.optim.SGD(p, 0.01), gradients())),
    )


@probe
def parameter_without_gradient():
    pair = [keras.Variable(array(3, seed=seed)) for seed in (1, 2)]
    optimizer = optimizers.SGD(0.1, momentum=0.9)
    optimizer.build(pair)
    with silent():
        for second in (ops.ones(3), None):
            optimizer.apply([ops.ones(3), second], pair)

    def port(idle):
        twins = [nn.Parameter(t(array(3, seed=seed))) for seed in (1, 2)]
        stock = torch.optim.SGD(twins, 0.1, momentum=0.9)
        for second in (torch.ones(3), idle):
            twins[0].grad, twins[1].grad = torch.ones(3), second
            stock.step()
        return torch.stack(twins)

    y = np.stack([n(w) for w in pair])
    return error(y, port(torch.zeros(3))), error(y, port(None))


@probe
def weight_constraints():
    w = keras.Variable(array(4, 3, seed=9))
    w.constraint = keras.constraints.MaxNorm(0.5)
    optimizers.SGD(0.1).apply([ops.convert_to_tensor(array(4, 3))], [w])
    port = torch_steps(lambda p: torch.optim.SGD(p, 0.1), [array(4, 3)])
    norm = port.square().sum(0, keepdim=True).sqrt()
    return error(w, port), error(w, port * norm.clamp(0, 0.5) / (1e-7 + norm))


@probe
def freeze_after_fit():
    def movement(recompile):
        x, y = array(8, 3), array(8, 1, seed=1)
        model = keras.Sequential([layers.Dense(2, name="low"), layers.Dense(1)])
        model.compile(optimizers.SGD(0.1), "mse", jit_compile=False)
        model.fit(x, y, verbose=0)
        model.layers[0].trainable = False
        if recompile:
            model.compile(optimizers.SGD(0.1), "mse", jit_compile=False)
        kept = n(model.layers[0].kernel)
        model.fit(x, y, verbose=0)
        return error(kept, model.layers[0].kernel)

    return movement(False), movement(True)


@probe
def compile_resets_optimizer():
    def moved(fresh):
        w = keras.Variable(array(4, 3, seed=9))
        p = nn.Parameter(t(array(4, 3, seed=9)))
        stock = torch.optim.Adam([p], 0.05)
        for half in (gradients()[:3], gradients()[3:]):
            optimizer = ours.Adam(0.05)  # compile() begins with a new one
            optimizer.build([w])
            stock = torch.optim.Adam([p], 0.05) if fresh else stock
            for g in half:
                optimizer.apply([ops.convert_to_tensor(g)], [w])
                p.grad = t(g)
                stock.step()
        return error(w, p)

    return moved(False), moved(True)
