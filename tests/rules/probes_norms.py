"""Probes of normalisation."""

from __future__ import annotations

import torch  # isort: skip  before TensorFlow
import numpy as np
import torch.nn.functional as F
from keras import layers, ops
from probing import array, built, copied, error, first, last, n, probe, refused, run, t, weights
from torch import nn

from keras_impl.layers import aligned


def norm_pair(x, keras_options=None, kind=nn.BatchNorm2d, **options):
    """A Keras batch norm with random weights and its Torch twin, which has the Keras epsilon."""
    layer = built(layers.BatchNormalization(**(keras_options or {})), x)
    return layer, copied(layer, kind(x.shape[-1], **{"eps": 1e-3, **options}), "batch_norm")


@probe
def response_norm_alpha():
    x = array(2, 4, 4, 8)
    squares = np.pad(x**2, [(0, 0), (0, 0), (0, 0), (2, 2)])
    y = first(x / (1 + 0.5 * sum(squares[..., place : place + 8] for place in range(5))) ** 0.75)
    port, fixed = (nn.LocalResponseNorm(5, alpha=alpha)(first(x)) for alpha in (0.5, 5 * 0.5))
    return error(y, port), error(y, fixed)


@probe
def norm_epsilon():
    x = array(4, 5, 5, 3)
    layer = built(layers.BatchNormalization(), x)
    y = first(run(layer, x))
    batch = [error(y, copied(layer, nn.BatchNorm2d(3, eps=eps), "batch_norm").eval()(first(x))) for eps in (1e-5, 1e-3)]
    layer = built(layers.LayerNormalization(), x)
    y = run(layer, x)
    each = [error(y, copied(layer, nn.LayerNorm(3, eps=eps), "layer_norm")(t(x))) for eps in (1e-5, 1e-3)]
    layer = built(layers.GroupNormalization(1), x)
    y = first(run(layer, x))
    group = [error(y, copied(layer, nn.GroupNorm(1, 3, eps=eps), "group_norm")(first(x))) for eps in (1e-5, 1e-3)]
    return min(batch[0], each[0], group[0]), max(batch[1], each[1], group[1])


def moving(layer, module, batches, name):
    """Distance of one running statistic after some training batches."""
    for x in batches:
        run(layer, x, training=True)
        module.train()(first(x))
    return error(
        weights(layer)[{"mean": "moving_mean", "var": "moving_variance"}[name]], getattr(module, f"running_{name}")
    )


@probe
def norm_momentum():
    batches = [array(4, 5, 5, 3, seed=seed) + 1 for seed in range(3)]
    before = moving(*norm_pair(batches[0]), batches, "mean")
    return before, moving(*norm_pair(batches[0], momentum=0.01), batches, "mean")


@probe
def norm_running_variance():
    batches = [array(3, 2, 2, 3, seed=seed) for seed in range(10)]
    before = moving(*norm_pair(batches[0], momentum=0.01), batches, "var")
    layer = built(aligned.BatchNormalization(), batches[0])
    return before, moving(layer, copied(layer, nn.BatchNorm2d(3), "batch_norm"), batches, "var")


@probe
def norm_frozen():
    x = array(4, 5, 5, 3) + 1
    layer, module = norm_pair(x)
    layer.trainable = False
    module.requires_grad_(False)
    y = first(run(layer, x, training=True))
    return error(y, module.train()(first(x))), error(y, copied(layer, module, "batch_norm").eval()(first(x)))


@probe
def norm_axis():
    x = array(4, 5, 5)
    layer, module = norm_pair(x, kind=nn.BatchNorm1d)
    module.eval()
    y = run(layer, x)
    return error(y, module(t(x))), error(y, module(t(x).transpose(1, 2)).transpose(1, 2))


@probe
def norm_single_value():
    x = array(1, 3)
    layer, module = norm_pair(x, kind=nn.BatchNorm1d)
    y = run(layer, x, training=True)
    return refused(lambda: module.train()(t(x))), error(y, module.bias.expand(1, 3))


@probe
def norm_mask():
    x, mask = array(3, 5, 4), np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 0], [1, 0, 0, 0, 0]], bool)
    layer, module = norm_pair(x, kind=nn.BatchNorm1d)
    gamma, beta = module.weight, module.bias
    y = run(layer, x, training=True, mask=ops.convert_to_tensor(mask))
    kept = t(mask)[..., None].double()
    count = kept.sum((0, 1)) + 1e-7
    mean = (t(x) * kept).sum((0, 1)) / count
    variance = ((t(x) - mean).square() * kept).sum((0, 1)) / count
    fixed = (t(x) - mean) / (variance + 1e-3).sqrt() * gamma + beta
    return error(y, module.train()(t(x).transpose(1, 2)).transpose(1, 2)), error(y, fixed)


@probe
def norm_batches_tracked():
    layer = built(layers.BatchNormalization(), array(2, 3))
    state = nn.BatchNorm1d(3).state_dict()
    counted = sum(value.numel() for value in state.values())
    fixed = counted - state["num_batches_tracked"].numel()
    return float(counted - layer.count_params()), float(fixed - layer.count_params())


@probe
def norm_layer_axes():
    x = array(2, 4, 4, 3)
    layer = built(layers.LayerNormalization(), x)
    y = run(layer, x)
    whole = nn.LayerNorm((3, 4, 4), eps=1e-3)
    for name, weight in (("weight", "gamma"), ("bias", "beta")):
        getattr(whole, name).data = t(weights(layer)[weight])[:, None, None].expand(3, 4, 4).clone()
    module = copied(layer, nn.LayerNorm(3, eps=1e-3), "layer_norm")
    return error(y, last(whole(first(x)))), error(y, module(last(first(x))))


@probe
def norm_instance_affine():
    x = array(2, 4, 4, 3)
    layer = built(layers.GroupNormalization(-1), x)
    y = first(run(layer, x))
    module = copied(layer, nn.InstanceNorm2d(3, affine=True, eps=1e-3), "group_norm")
    return error(y, nn.InstanceNorm2d(3)(first(x))), error(y, module(first(x)))


@probe
def norm_rms_epsilon():
    x = 0.01 * array(4, 6)
    layer = built(layers.RMSNormalization(), x)
    y = run(layer, x)
    return (
        error(y, copied(layer, nn.RMSNorm(6), "rms_norm")(t(x))),
        error(y, copied(layer, nn.RMSNorm(6, eps=1e-6), "rms_norm")(t(x))),
    )


@probe
def norm_spectral():
    x = array(4, 5)
    inner = layers.Dense(3)
    layer = built(layers.SpectralNormalization(inner), x)
    kernel, bias, vector = n(inner.kernel), n(inner.bias), n(layer.vector_u)
    y = run(layer, x, training=True)
    module = copied(inner, nn.Linear(5, 3), "dense")
    module.weight.data = t(kernel.T)
    before = error(y, torch.nn.utils.parametrizations.spectral_norm(module)(t(x)))
    left = F.normalize(t(vector) @ t(kernel.T), dim=-1, eps=1e-7)
    right = F.normalize(left @ t(kernel), dim=-1, eps=1e-7)
    size = (left @ t(kernel) @ right.T).squeeze()
    return before, error(y, F.linear(t(x), t(kernel.T) / size, t(bias)))


@probe
def norm_statistics_swapped():
    x = array(4, 5, 5, 3)
    layer, module = norm_pair(x)
    module.eval()
    y = first(run(layer, x))
    after = error(y, module(first(x)))
    module.running_mean, module.running_var = module.running_var, module.running_mean.abs()
    return error(y, module(first(x))), after


@probe
def norm_activation_order():
    x = array(4, 5, 5, 3)
    layer, module = norm_pair(x)
    module.eval()
    y = first(run(layers.ReLU(), run(layer, x)))
    return error(y, module(F.relu(first(x)))), error(y, F.relu(module(first(x))))


@probe
def norm_affine_missing():
    x = array(4, 5, 5, 3)
    layer, module = norm_pair(x)
    y = first(run(layer, x))
    bare = copied(layer, nn.BatchNorm2d(3, eps=1e-3, affine=False), "batch_norm").eval()
    return error(y, bare(first(x))), error(y, module.eval()(first(x)))


@probe
def train_mode_left_on():
    x = array(4, 5, 5, 3)
    layer, module = norm_pair(x)
    y = first(run(layer, x))
    before = error(y, module(first(x)))
    return before, error(y, copied(layer, module, "batch_norm").eval()(first(x)))
