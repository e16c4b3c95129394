"""Probes of losses and metrics."""

from __future__ import annotations

import torch  # isort: skip  before TensorFlow
import keras
import numpy as np
import torch.nn.functional as F
from keras import layers, losses, ops
from probing import Replaced, array, error, gradient, n, probe, silent, t
from torch import nn

CLASSES = np.array([0, 2, 1, 3])
CLIP = (1e-7, 1 - 1e-7)


def confident():
    """Logits (4, 4) that are wrong beyond the clip, their softmax, labels and one-hot labels."""
    logits = 12 * array(4, 4)
    labels = logits.argmin(1)
    return logits, torch.softmax(t(logits), -1).numpy(), labels, np.eye(4)[labels]


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
    with silent():
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
