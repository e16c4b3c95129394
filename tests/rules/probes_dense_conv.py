"""Probes of dense layers, convolutions and reshaping."""

from __future__ import annotations

import math

import torch  # isort: skip  before TensorFlow
import numpy as np
import torch.nn.functional as F
from keras import layers, ops
from probing import array, built, copied, error, first, last, n, probe, refused, run, t, weights
from torch import nn

from keras_impl.layers import aligned
from parity.layouts import depthwise_to_torch, kernel_to_torch


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
def crop_place():
    x = array(2, 6, 6, 3)
    y = first(run(layers.Cropping2D(2), x))
    return error(y, first(x)[..., :2, :2]), error(y, first(x)[..., 2:4, 2:4])


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
