"""Probes of dense layers, convolutions, reshaping, pooling and normalisation."""

from __future__ import annotations

import math

import torch  # before TensorFlow
import torch.nn.functional as F
from probing import array, built, copied, error, first, gradient, last, n, probe, refused, run, t, weights
from torch import nn

import keras
import numpy as np
from keras import layers, ops
from keras_impl.layers import aligned
from parity.layouts import depthwise_to_torch, kernel_to_torch

# --- dense, convolutions, reshaping ---------------------------------------------------------------


@probe
def dense_kernel_transposed():
    x = array(4, 5)
    layer = built(layers.Dense(5), x)
    kernel, bias = (t(w) for w in layer.weights)
    y = run(layer, x)
    return error(y, F.linear(t(x), kernel, bias)), error(y, F.linear(t(x), kernel.T, bias))


@probe
def dense_last_axis():
    x = array(2, 4, 4, 4)
    layer = built(layers.Dense(4), x)
    module = copied(layer, nn.Linear(4, 4), "dense")
    y = run(layer, x)
    return error(y, last(module(first(x)))), error(y, module(last(first(x))))


@probe
def conv_kernel_order():
    x = array(2, 6, 6, 3)
    layer = built(layers.Conv2D(3, 3), x)
    kernel, bias = weights(layer).values()
    y = first(run(layer, x))
    return (
        error(y, F.conv2d(first(x), t(kernel), t(bias))),
        error(y, F.conv2d(first(x), t(kernel_to_torch(kernel)), t(bias))),
    )


@probe
def conv_window_transposed():
    x = array(2, 6, 6, 2)
    layer = built(layers.Conv2D(4, 3, use_bias=False), x)
    (kernel,) = weights(layer).values()
    y = first(run(layer, x))
    return error(y, F.conv2d(first(x), t(kernel.T))), error(y, F.conv2d(first(x), t(kernel.transpose(3, 2, 0, 1))))


def convolved(layer, x, padded, **options):
    """The weights of a Keras convolution on an image that is already padded."""
    kernel, bias = weights(layer).values()
    return F.conv2d(padded, t(kernel_to_torch(kernel)), t(bias), **options)


@probe
def same_padding_even_kernel():
    x = array(2, 6, 6, 2)
    layer = built(layers.Conv2D(3, 4, padding="same"), x)
    y = first(run(layer, x))
    heavy_left = F.pad(first(x), (2, 1, 2, 1))
    return error(y, convolved(layer, x, heavy_left)), error(y, convolved(layer, x, first(x), padding="same"))


@probe
def same_padding_stride():
    x = array(2, 8, 8, 2)
    layer = built(layers.Conv2D(3, 3, strides=2, padding="same"), x)
    y = first(run(layer, x))
    fixed = built(aligned.Conv2D(3, 3, strides=2, padding=1), x)
    module = copied(fixed, nn.Conv2d(2, 3, 3, 2, 1), "conv2d")
    after = max(
        error(y, convolved(layer, x, F.pad(first(x), (0, 1, 0, 1)), stride=2)),
        error(first(run(fixed, x)), module(first(x))),
    )
    return error(y, convolved(layer, x, first(x), stride=2, padding=1)), after


@probe
def stride_other_conv():
    x = array(2, 8, 8, 2)
    narrow, wide = built(layers.Conv2D(3, 1, strides=2), x), layers.Conv2D(3, 3)
    inner = np.pad(run(narrow, x), ((0, 0), (1, 1), (1, 1), (0, 0)))
    built(wide, inner)
    y = first(run(wide, inner))

    def port(strides):
        conv1 = copied(narrow, nn.Conv2d(2, 3, 1, stride=strides[0]), "conv2d")
        conv2 = copied(wide, nn.Conv2d(3, 3, 3, stride=strides[1], padding=1), "conv2d")
        return conv2(conv1(first(x)))

    return error(y, port((1, 2))), error(y, port((2, 1)))


@probe
def bias_before_norm():
    x = array(2, 6, 6, 2)
    conv = built(layers.Conv2D(3, 3), x)
    norm = built(layers.BatchNormalization(), run(conv, x))
    y = first(run(norm, run(conv, x)))
    twin_norm = copied(norm, nn.BatchNorm2d(3, eps=1e-3), "batch_norm").eval()
    bare = copied(conv, nn.Conv2d(2, 3, 3, bias=False), "conv2d")
    whole = copied(conv, nn.Conv2d(2, 3, 3), "conv2d")
    return error(y, twin_norm(bare(first(x)))), error(y, twin_norm(whole(first(x))))


@probe
def causal_padding():
    x = array(2, 9, 3)
    layer = built(layers.Conv1D(2, 3, dilation_rate=2, padding="causal"), x)
    kernel, bias = weights(layer).values()
    kernel, bias, series = t(kernel_to_torch(kernel)), t(bias), first(x)
    y = first(run(layer, x))
    return (
        error(y, F.conv1d(series, kernel, bias, padding="same", dilation=2)),
        error(y, F.conv1d(F.pad(series, (4, 0)), kernel, bias, dilation=2)),
    )


@probe
def depthwise_channel_order():
    x = array(2, 6, 6, 3)
    layer = built(layers.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False), x)
    (kernel,) = weights(layer).values()
    y = first(run(layer, x))
    wrong = kernel.transpose(3, 2, 0, 1).reshape(6, 1, 3, 3)
    return (
        error(y, F.conv2d(first(x), t(wrong), groups=3)),
        error(y, F.conv2d(first(x), t(depthwise_to_torch(kernel)), groups=3)),
    )


@probe
def separable_inner_bias():
    x = array(2, 6, 6, 3)
    layer = built(layers.SeparableConv2D(4, 3), x)
    depthwise, pointwise, bias = layer.get_weights()
    y = first(run(layer, x))

    def port(inner_bias):
        inner = F.conv2d(first(x), t(depthwise_to_torch(depthwise)), inner_bias, groups=3)
        return F.conv2d(inner, t(kernel_to_torch(pointwise)), t(bias))

    torch.manual_seed(0)
    default = nn.Conv2d(3, 3, 3, groups=3).bias
    return error(y, port(default)), error(y, port(None))


@probe
def transpose_conv_kernel():
    x = array(2, 4, 4, 3)
    layer = built(layers.Conv2DTranspose(3, 3, strides=2), x)
    kernel, bias = weights(layer).values()
    y = first(run(layer, x))
    return (
        error(y, F.conv_transpose2d(first(x), t(kernel.transpose(2, 3, 0, 1)), t(bias), stride=2)),
        error(y, F.conv_transpose2d(first(x), t(kernel.transpose(3, 2, 0, 1)), t(bias), stride=2)),
    )


def transposed(layer, x, **options):
    kernel, bias = weights(layer).values()
    return F.conv_transpose2d(first(x), t(kernel.transpose(3, 2, 0, 1)), t(bias), stride=layer.strides, **options)


@probe
def transpose_conv_same():
    x = array(2, 4, 4, 3)
    layer = built(layers.Conv2DTranspose(2, 3, strides=2, padding="same"), x)
    y = first(run(layer, x))
    return error(y, transposed(layer, x, padding=1, output_padding=1)), error(y, transposed(layer, x)[..., :8, :8])


@probe
def transpose_conv_short_kernel():
    x = array(2, 4, 4, 3)
    layer = built(layers.Conv2DTranspose(2, 2, strides=3), x)
    y = first(run(layer, x))
    return error(y, transposed(layer, x)), error(y, transposed(layer, x, output_padding=1))


@probe
def transpose_conv_output_padding():
    x = array(2, 4, 4, 3)
    layer = built(layers.Conv2DTranspose(2, 5, strides=2, padding="same", output_padding=1), x)
    y = first(run(layer, x))
    length = 3 * 2 + 5 % 2 + 1
    crop = ((math.ceil(length / 2) - 1) * 2 + 5 - length) // 2
    full = F.pad(transposed(layer, x), (0, 1, 0, 1))[..., crop : crop + length, crop : crop + length]
    return error(y, transposed(layer, x, padding=2, output_padding=1)), error(y, full)


@probe
def channels_first_double():
    x = array(2, 3, 6, 6)
    layer = layers.Conv2D(4, 3, data_format="channels_first")
    layer.build(x.shape)
    before = refused(lambda: layer(ops.convert_to_tensor(x)))
    image = np.moveaxis(x, 1, -1)
    fixed = built(layers.Conv2D(4, 3), image)
    return before, error(first(run(fixed, image)), copied(fixed, nn.Conv2d(3, 4, 3), "conv2d")(t(x)))


@probe
def flatten_order():
    x = array(2, 3, 4, 5)
    stock, fixed = run(layers.Flatten(), x), run(aligned.ChannelsFirstFlatten(), x)
    port = nn.Flatten()(first(x))
    return error(stock, port), max(error(fixed, port), error(stock, last(first(x)).flatten(1)))


@probe
def flatten_channels_first():
    x = array(2, 3, 4, 5)
    y = run(layers.Flatten(data_format="channels_first"), x)
    return error(y, t(x).flatten(1)), error(y, torch.movedim(t(x), 1, -1).flatten(1))


@probe
def reshape_order():
    x = array(2, 24)
    y = run(layers.Reshape((3, 4, 2)), x)
    return error(first(y), t(x).view(-1, 2, 3, 4)), error(first(y), t(x).view(-1, 3, 4, 2).permute(0, 3, 1, 2))


@probe
def permute_axes():
    x = array(3, 3, 3)
    y = run(layers.Permute((2, 1)), x)
    return error(y, t(x).transpose(1, 0)), error(y, t(x).permute(0, 2, 1))


@probe
def padding_argument_order():
    x = array(2, 4, 4, 3)
    y = first(run(layers.ZeroPadding2D(((1, 0), (0, 1))), x))
    return error(y, F.pad(first(x), (1, 0, 0, 1))), error(y, F.pad(first(x), (0, 1, 1, 0)))


@probe
def cropping_argument_order():
    x = array(2, 4, 4, 3)
    y = first(run(layers.Cropping2D(((1, 0), (0, 1))), x))
    return error(y, F.pad(first(x), (-1, 0, 0, -1))), error(y, F.pad(first(x), (0, -1, -1, 0)))


@probe
def patch_feature_order():
    x = array(2, 6, 6, 3)
    y = n(ops.image.extract_patches(x, size=2)).reshape(2, 9, 12)
    patches = F.unfold(first(x), 2, stride=2).transpose(1, 2)
    return error(y, patches), error(y, patches.view(2, 9, 3, 2, 2).permute(0, 1, 3, 4, 2).flatten(2))


@probe
def concatenate_axis():
    a, b = array(2, 3, 4, 2), array(2, 3, 4, 2, seed=1)
    y = first(n(layers.Concatenate()([a, b]))).flatten(1)
    return (
        error(y, torch.cat([first(a), first(b)], -1).flatten(1)),
        error(y, torch.cat([first(a), first(b)], 1).flatten(1)),
    )


@probe
def pad_symmetric():
    x = array(1, 4)
    y = n(ops.pad(x, ((0, 0), (2, 2)), mode="symmetric"))
    edge = F.pad(t(x)[:, None], (2, 2), mode="replicate")[:, 0]
    return error(y, edge), error(y, t(x)[:, [1, 0, 0, 1, 2, 3, 3, 2]])


# --- pooling -----------------------------------------------------------------------------------------


@probe
def pool_padding():
    x = array(2, 8, 8, 3)
    y = first(run(layers.MaxPooling2D(3, 2, padding="same"), x))
    port = F.max_pool2d(first(x), 3, 2, padding=1)
    fixed = F.max_pool2d(F.pad(first(x), (0, 1, 0, 1), value=-math.inf), 3, 2)
    ours = first(run(aligned.MaxPooling2D(3, 2, padding=1), x))
    return error(y, port), max(error(y, fixed), error(ours, port))


@probe
def pool_zero_padding():
    x = -np.abs(array(2, 8, 8, 3)) - 0.1
    y = first(run(layers.MaxPooling2D(3, 2, padding="same"), x))

    def port(value):
        return F.max_pool2d(F.pad(first(x), (0, 1, 0, 1), value=value), 3, 2)

    return error(y, port(0.0)), error(y, port(-math.inf))


@probe
def pool_ceil_mode():
    x = array(2, 7, 7, 3)
    y = first(run(layers.MaxPooling2D(2, padding="same"), x))
    return error(y, F.max_pool2d(first(x), 2)), error(y, F.max_pool2d(first(x), 2, ceil_mode=True))


@probe
def average_pool_padding():
    x = array(2, 8, 8, 3)
    y = first(run(layers.AveragePooling2D(3, 1, padding="same"), x))
    return (
        error(y, F.avg_pool2d(first(x), 3, 1, 1)),
        error(y, F.avg_pool2d(first(x), 3, 1, 1, count_include_pad=False)),
    )


@probe
def average_pool_same_stride():
    x = array(2, 8, 8, 3)
    y = first(run(layers.AveragePooling2D(3, 2, padding="same"), x))
    padded, ones = (F.pad(v, (0, 1, 0, 1)) for v in (first(x), torch.ones_like(first(x))))
    return (
        error(y, F.avg_pool2d(first(x), 3, 2, 1, count_include_pad=False)),
        error(y, F.avg_pool2d(padded, 3, 2) / F.avg_pool2d(ones, 3, 2)),
    )


@probe
def pool_global_shape():
    x, target = array(3, 4, 4, 3), array(3, 3, seed=1)
    pooled = run(layers.GlobalAveragePooling2D(), x)
    loss = np.mean((pooled - target) ** 2)
    port = nn.AdaptiveAvgPool2d(1)(first(x))
    return (
        error(loss, (port - t(target)).square().mean()),
        error(loss, (port.flatten(1) - t(target)).square().mean()),
    )


@probe
def pool_global_mask():
    x, mask = array(2, 5, 3), np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 0]], bool)
    y = run(layers.GlobalAveragePooling1D(), x, mask=ops.convert_to_tensor(mask))
    kept = t(mask)[..., None].double()
    return error(y, t(x).mean(1)), error(y, (t(x) * kept).sum(1) / kept.sum(1))


@probe
def pool_max_ignores_mask():
    x, mask = array(2, 5, 3), np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 0]], bool)
    x = -np.abs(x)
    x[~mask] = 9.0
    masked = layers.Masking(9.0)(ops.convert_to_tensor(x))
    y = n(layers.GlobalMaxPooling1D()(masked))
    steps = t(np.where(mask[..., None], x, 0.0))
    usual = steps.masked_fill(~t(mask)[..., None], -math.inf).amax(1)
    return error(y, usual), error(y, steps.amax(1))


@probe
def pool_adaptive_grid():
    x = array(2, 7, 7, 3)
    port = nn.AdaptiveAvgPool2d(3)(first(x))
    return (
        error(first(run(layers.AveragePooling2D(2), x)), port),
        error(first(run(layers.AdaptiveAveragePooling2D(3), x)), port),
    )


@probe
def pool_axis():
    x = array(2, 5, 5)
    y = run(layers.MaxPooling1D(3, 1, padding="same"), x)
    return error(y, F.max_pool1d(t(x), 3, 1, 1)), error(y, F.max_pool1d(t(x).transpose(1, 2), 3, 1, 1).transpose(1, 2))


# --- normalisation -----------------------------------------------------------------------------------


def norm_pair(x, keras_options=None, kind=nn.BatchNorm2d, **options):
    """A Keras batch norm with random weights and its Torch twin, which has the Keras epsilon."""
    layer = built(layers.BatchNormalization(**(keras_options or {})), x)
    return layer, copied(layer, kind(x.shape[-1], **{"eps": 1e-3, **options}), "batch_norm")


@probe
def norm_epsilon():
    x = array(4, 5, 5, 3)
    layer, module = norm_pair(x)
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


@probe
def normalize_epsilon():
    x = 1e-9 * array(2, 4)
    y = n(keras.ops.normalize(x, axis=-1))
    return error(y, F.normalize(t(x), dim=-1)), error(y, F.normalize(t(x), dim=-1, eps=1e-7))


@probe
def activation_kinks():
    at = np.array([1.0, 0.0])

    def keras_slopes(x):
        return ops.sum(ops.hard_tanh(x)) + ops.sum(ops.maximum(x, 0.0))

    def torch_slopes(x):
        return F.hardtanh(x).sum() + torch.maximum(x, torch.zeros(())).sum()

    point = t(at).requires_grad_()
    torch_slopes(point).backward()
    before = error(gradient(keras_slopes, at), point.grad)
    point = t(at).requires_grad_()
    F.relu(point).sum().backward()
    return before, error(gradient(lambda x: ops.sum(ops.relu(x)), at), point.grad)
