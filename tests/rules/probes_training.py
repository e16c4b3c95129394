"""Probes of losses, metrics, optimizers, schedules and callbacks."""

from __future__ import annotations

import itertools
import math
import warnings
from contextlib import contextmanager
from types import SimpleNamespace

import torch  # before TensorFlow
import torch.nn.functional as F
from probing import Replaced, array, built, copied, error, gradient, n, plain, probe, refused, t, torch_gradient
from torch import nn
from torch.optim import lr_scheduler

import keras
import numpy as np
import tensorflow as tf
from keras import layers, losses, ops, optimizers
from keras.optimizers import schedules
from keras_impl.callbacks.early_stopping import EarlyStopping
from keras_impl.callbacks.plateau import Plateau
from keras_impl.training import optimizers as ours
from keras_impl.training import schedules as our_schedules
from torch_impl.callbacks.early_stopping import EarlyStopping as TorchEarlyStopping
from torch_impl.training.optimizers import Lion

CLASSES = np.array([0, 2, 1, 3])
CLIP = (1e-7, 1 - 1e-7)


@contextmanager
def _silent():
    """Some ports are warned about; that is not what is measured."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def confident():
    """Logits (4, 4) that are wrong beyond the clip, their softmax, labels and one-hot labels."""
    logits = 12 * array(4, 4)
    labels = logits.argmin(1)
    return logits, torch.softmax(t(logits), -1).numpy(), labels, np.eye(4)[labels]


# --- losses and metrics ------------------------------------------------------------------------------


@probe
def loss_probabilities_clip():
    logits, p, labels, _ = confident()
    y = losses.SparseCategoricalCrossentropy()(labels, p)
    return (
        error(y, F.cross_entropy(t(logits), t(labels))),
        error(y, F.cross_entropy(t(p).clamp(*CLIP).log(), t(labels))),
    )


@probe
def loss_sparse_renormalised():
    _, p, labels, onehot = confident()
    y = losses.CategoricalCrossentropy()(onehot, p)
    one_hot_form = -(t(onehot) * (t(p) / t(p).sum(-1, True)).clamp(*CLIP).log()).sum(-1).mean()
    return error(y, F.cross_entropy(t(p).clamp(*CLIP).log(), t(labels))), error(y, one_hot_form)


@probe
def loss_cached_logits():
    logits, p, labels, onehot = confident()
    y = losses.CategoricalCrossentropy()(onehot, keras.activations.softmax(ops.convert_to_tensor(logits)))
    clipped = -(t(onehot) * t(p).clamp(*CLIP).log()).sum(-1).mean()
    return error(y, clipped), error(y, F.cross_entropy(t(logits), t(labels)))


@probe
def softmax_twice():
    logits, p, onehot = array(4, 4), torch.softmax(t(array(4, 4)), -1), np.eye(4)[CLASSES]
    y = losses.CategoricalCrossentropy()(onehot, n(p))
    return error(y, F.cross_entropy(p, t(CLASSES))), error(y, F.cross_entropy(t(logits), t(CLASSES)))


@probe
def softmax_missing():
    logits, onehot = array(4, 4), np.eye(4)[CLASSES]
    port = F.cross_entropy(t(logits), t(CLASSES))
    return (
        error(losses.CategoricalCrossentropy()(onehot, logits), port),
        error(losses.CategoricalCrossentropy(from_logits=True)(onehot, logits), port),
    )


@probe
def loss_binary_clip():
    p, labels = np.array([[1e-12], [0.3], [1.0]]), np.array([[1.0], [0.0], [0.0]])
    y = losses.BinaryCrossentropy()(labels, p)
    return (
        error(y, F.binary_cross_entropy(t(p), t(labels))),
        error(y, F.binary_cross_entropy(t(p).clamp(*CLIP), t(labels))),
    )


@probe
def loss_binary_smoothing():
    logits, labels = array(6, 1), np.array([[0.0], [1.0]] * 3)
    y = losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1)(labels, logits)
    return (
        error(y, F.binary_cross_entropy_with_logits(t(logits), t(labels))),
        error(y, F.binary_cross_entropy_with_logits(t(logits), t(labels) * 0.9 + 0.05)),
    )


WEIGHTS = np.array([0.5, 2.0, 3.0, 1.0])


@probe
def loss_smoothing_weights():
    logits, onehot = array(4, 4), np.eye(4)[CLASSES]
    criterion = losses.CategoricalCrossentropy(
        from_logits=True, label_smoothing=0.1, reduction="mean_with_sample_weight"
    )
    y = criterion(onehot, logits, sample_weight=WEIGHTS[CLASSES])
    each = F.cross_entropy(t(logits), t(CLASSES), label_smoothing=0.1, reduction="none") * t(WEIGHTS[CLASSES])
    return (
        error(y, F.cross_entropy(t(logits), t(CLASSES), t(WEIGHTS), label_smoothing=0.1)),
        error(y, each.sum() / WEIGHTS[CLASSES].sum()),
    )


@probe
def loss_class_weights():
    logits = array(4, 4)
    stock = losses.SparseCategoricalCrossentropy(from_logits=True)(CLASSES, logits, sample_weight=WEIGHTS[CLASSES])
    divided = losses.SparseCategoricalCrossentropy(from_logits=True, reduction="mean_with_sample_weight")
    port = F.cross_entropy(t(logits), t(CLASSES), t(WEIGHTS))
    each = F.cross_entropy(t(logits), t(CLASSES), reduction="none") * t(WEIGHTS[CLASSES])
    after = max(error(stock, each.mean()), error(divided(CLASSES, logits, sample_weight=WEIGHTS[CLASSES]), port))
    return error(stock, port), after


@probe
def loss_huber():
    a, b = 3 * array(6, 2), array(6, 2, seed=1)
    y = losses.Huber(2.0)(b, a)
    return error(y, F.smooth_l1_loss(t(a), t(b), beta=2.0)), error(y, F.huber_loss(t(a), t(b), delta=2.0))


@probe
def loss_kl_divergence():
    p, q = (torch.softmax(t(array(5, 4, seed=seed)), -1) for seed in (0, 1))
    y = losses.KLDivergence()(n(p), n(q))
    return error(y, F.kl_div(q.log(), p)), error(y, F.kl_div(q.log(), p, reduction="batchmean"))


@probe
def loss_broadcast():
    prediction, target = array(6, 1), array(6, seed=1)
    y = losses.MeanSquaredError()(target, prediction)
    with _silent():
        before = error(y, F.mse_loss(t(prediction), t(target)))
    return before, error(y, F.mse_loss(t(prediction), t(target).view_as(t(prediction))))


@probe
def loss_sum_reduction():
    a, b = array(6, 3), array(6, 3, seed=1)
    y = losses.MeanSquaredError(reduction="sum")(b, a)
    return (
        error(y, F.mse_loss(t(a), t(b), reduction="sum")),
        error(y, F.mse_loss(t(a), t(b), reduction="none").mean(-1).sum()),
    )


@probe
def loss_mask():
    x, target = array(3, 5, 2), array(3, 5, 2, seed=1)
    x[0, 3:] = 9.0
    y = losses.MeanSquaredError()(target, layers.Masking(9.0)(ops.convert_to_tensor(x)))
    kept = (t(x) != 9.0).any(-1)
    each = (t(x) * kept[..., None] - t(target)).square().mean(-1)
    return error(y, each.mean()), error(y, (each * kept).sum() / kept.sum())


@probe
def loss_ignored_empty():
    logits, labels = array(4, 4), np.array([3, 3, 3, 3])
    y = losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=3)(labels, logits)
    port = F.cross_entropy(t(logits), t(labels), ignore_index=3)
    return error(y, port), error(y, port.nan_to_num())


@probe
def loss_class_axis():
    logits, labels = array(3, 4, 4), np.random.default_rng(0).integers(0, 4, (3, 4))
    y = losses.SparseCategoricalCrossentropy(from_logits=True)(labels, logits)
    return (
        error(y, F.cross_entropy(t(logits), t(labels))),
        error(y, F.cross_entropy(t(logits).transpose(1, 2), t(labels))),
    )


@probe
def loss_poisson():
    rates, counts = np.abs(array(6, 1)) + 0.1, np.array([[0.0], [1.0], [2.0]] * 2)
    y = losses.Poisson()(counts, rates)
    return (
        error(y, F.poisson_nll_loss(t(rates), t(counts))),
        error(y, F.poisson_nll_loss(t(rates), t(counts), log_input=False, eps=1e-7)),
    )


@probe
def loss_cosine_sign():
    a, b = array(6, 3), array(6, 3, seed=1)
    y = losses.CosineSimilarity()(b, a)
    cosine = F.cosine_similarity(t(a), t(b), dim=-1).mean()
    return error(y, 1 - cosine), error(y, -cosine)


@probe
def loss_relative_floor():
    truth, prediction = np.array([[0.0], [2.0]]), np.array([[0.5], [-0.4]])
    y = [
        losses.MeanAbsolutePercentageError()(truth, prediction),
        losses.MeanSquaredLogarithmicError()(truth, prediction),
    ]
    a, b = t(prediction), t(truth)

    def port(floor):
        share = 100 * ((a - b).abs() / b.abs().clamp(min=floor)).mean()
        logs = (torch.log1p(a.clamp(min=floor)) - torch.log1p(b.clamp(min=floor))).square().mean()
        return torch.stack([share, logs])

    return error(np.array([n(v) for v in y]), port(1e-8)), error(np.array([n(v) for v in y]), port(1e-7))


@probe
def loss_hinge_labels():
    scores, labels = array(6, 1), np.array([[0.0], [1.0]] * 3)
    y = losses.Hinge()(labels, scores)
    return (
        error(y, (1 - t(labels) * t(scores)).clamp(min=0).mean()),
        error(y, (1 - (2 * t(labels) - 1) * t(scores)).clamp(min=0).mean()),
    )


@probe
def loss_follows_floatx():
    a, b = array(60, 3), array(60, 3, seed=1)
    keras.config.set_floatx("float32")
    try:
        stock, fixed = losses.MeanSquaredError()(b, a), losses.MeanSquaredError(dtype="float64")(b, a)
    finally:
        keras.config.set_floatx("float64")
    port = F.mse_loss(t(a), t(b))
    return error(stock, port), error(fixed, port)


@probe
def metric_logit_threshold():
    logits = np.array([[0.3], [0.7], [-0.2], [0.4]])
    labels = np.array([[1.0], [1.0], [0.0], [1.0]])
    port = ((t(logits) > 0) == (t(labels) > 0)).double().mean()

    def measured(threshold):
        metric = keras.metrics.BinaryAccuracy(threshold=threshold)
        metric.update_state(labels, logits)
        return metric.result()

    return error(measured(0.5), port), error(measured(0.0), port)


@probe
def metric_auc_buckets():
    labels = np.random.default_rng(0).integers(0, 2, 40)
    scores = (950_000 + np.random.default_rng(1).permutation(40) * 100 + labels * 900 + 0.5) / 1e6
    pairs = scores[labels == 1][:, None] - scores[labels == 0]
    exact = np.mean(pairs > 0) + 0.5 * np.mean(pairs == 0)

    def measured(**options):
        metric = keras.metrics.AUC(**options)
        metric.update_state(labels, scores)
        return metric.result()

    between = np.sort(scores)
    return error(measured(), exact), error(measured(thresholds=list((between[1:] + between[:-1]) / 2)), exact)


@probe
def metric_top_k_ties():
    scores, labels = np.ones((4, 4), "float32"), np.array([0, 1, 2, 3])
    with Replaced(keras.config, "floatx", lambda: "float32"):
        y = np.mean(n(ops.in_top_k(labels, scores, k=2)))
    picked = (torch.tensor(scores).topk(2).indices == t(labels)[:, None]).any(-1).double().mean()
    above = (torch.tensor(scores) > torch.tensor(scores).gather(1, t(labels)[:, None])).sum(-1)
    return error(y, picked), error(y, (above < 2).double().mean())


@probe
def loss_dice_batch():
    p, labels = 1 / (1 + np.exp(-array(3, 4, 4, 1))), np.round(np.random.default_rng(0).random((3, 4, 4, 1)))
    a, b = t(p), t(labels)
    each = 1 - 2 * (a * b).sum((1, 2, 3)) / (a.sum((1, 2, 3)) + b.sum((1, 2, 3)) + 1e-7)
    fixed = losses.Dice(axis=(1, 2, 3), reduction=None)(labels, p)
    return error(losses.Dice()(labels, p), each.mean()), error(np.mean(n(fixed)), each.mean())


@probe
def loss_focal_balance():
    p, labels = 1 / (1 + np.exp(-array(8, 1))), np.array([[0.0], [1.0]] * 4)
    a, b = t(p), t(labels)
    hit = a * b + (1 - a) * (1 - b)
    port = ((0.25 * b + 0.75 * (1 - b)) * (1 - hit).square() * F.binary_cross_entropy(a, b, reduction="none")).mean()
    return (
        error(losses.BinaryFocalCrossentropy()(labels, p), port),
        error(losses.BinaryFocalCrossentropy(apply_class_balancing=True)(labels, p), port),
    )


@probe
def l2_half():
    w, g = array(4), array(4, seed=1)
    penalty = keras.regularizers.L2(0.01)
    slope = gradient(lambda x: penalty(x) + ops.sum(x * ops.convert_to_tensor(g)), w)

    def port(decay):
        p = nn.Parameter(t(w))
        p.grad = t(g)
        torch.optim.SGD([p], lr=1.0, weight_decay=decay).step()
        return t(w) - p

    return error(slope, port(0.01)), error(slope, port(0.02))


# --- optimizers ----------------------------------------------------------------------------------------


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
    with _silent():
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


# --- schedules and callbacks -----------------------------------------------------------------------------


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
    with _silent():
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
