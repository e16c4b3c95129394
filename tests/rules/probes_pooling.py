"""Probes of pooling."""

from __future__ import annotations

import math

import torch  # isort: skip  before TensorFlow
import numpy as np
import onnx
import onnxruntime
import torch.nn.functional as F
from keras import layers, ops
from probing import array, error, first, n, probe, run, t
from torch import nn

from keras_impl.layers import aligned


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


@probe
def export_pad_fusion():
    x = np.full((1, 1, 4, 4), -1.0, "float32")
    wanted = F.max_pool2d(F.pad(t(x), (0, 1, 0, 1)), 3, 2)
    file = onnx.parser.parse_model("""<ir_version: 8, opset_import: ["": 18]>
        pool (float[1, 1, 4, 4] x) => (float[1, 1, 2, 2] y) <int64[8] pads = {0, 0, 0, 0, 0, 0, 1, 1}> {
          padded = Pad(x, pads) y = MaxPool <kernel_shape = [3, 3], strides = [2, 2]> (padded) }""")
    found = []
    for off in ([], ["Pad_Fusion"]):
        session = onnxruntime.InferenceSession(file.SerializeToString(), disabled_optimizers=off)
        found.append(error(wanted, session.run(None, {"x": x})[0]))
    return tuple(found)
