"""Probes of networks that are not the same: the port with the other operation, and with the right one."""

from __future__ import annotations

import torch  # isort: skip  before TensorFlow
import numpy as np
import torch.nn.functional as F
from keras import layers, ops
from probing import array, built, error, first, n, probe, run, t


@probe
def window_periodic():
    x = array(4, 16)
    y = np.abs(np.fft.rfft(x * np.hanning(16)))
    port, fixed = (torch.fft.rfft(t(x) * torch.hann_window(16, periodic=p)).abs() for p in (True, False))
    return error(y, port), error(y, fixed)


@probe
def norm_other():
    x = array(4, 8)
    y = run(layers.RMSNormalization(epsilon=1e-6), x)
    return error(y, F.layer_norm(t(x), (8,), eps=1e-6)), error(y, F.rms_norm(t(x), (8,), eps=1e-6))


@probe
def pool_other():
    x = array(2, 8, 8, 3)
    y = first(run(layers.MaxPooling2D(2), x))
    return error(y, F.avg_pool2d(first(x), 2)), error(y, F.max_pool2d(first(x), 2))


@probe
def dilation_other():
    x, kernel = array(2, 8, 8, 3), array(3, 3, 3, 4, seed=1)
    y = first(ops.conv(ops.convert_to_tensor(x), kernel, padding="same", dilation_rate=2))
    weight = t(kernel).permute(3, 2, 0, 1)
    plain, dilated = (F.conv2d(first(x), weight, padding=d, dilation=d) for d in (1, 2))
    return error(y, plain), error(y, dilated)


@probe
def padding_mode():
    x, kernel = array(2, 8, 8, 3), array(3, 3, 3, 4, seed=1)
    mirrored = ops.pad(ops.convert_to_tensor(x), ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
    y = first(ops.conv(mirrored, kernel))
    weight = t(kernel).permute(3, 2, 0, 1)
    zeros, reflected = (F.pad(first(x), (1, 1, 1, 1), mode) for mode in ("constant", "reflect"))
    return error(y, F.conv2d(zeros, weight)), error(y, F.conv2d(reflected, weight))


@probe
def recurrent_last_step():
    x = array(3, 5, 4)
    steps, last = (built(layers.LSTM(6, return_sequences=each), x) for each in (True, False))
    every = t(run(steps, x))
    y = run(last, x)
    return error(y, every[:, 0]), error(y, every[:, -1])


@probe
def scale_other():
    x = array(3, 5, 16)
    y = run(layers.Rescaling(4.0), x)
    return error(y, t(x)), error(y, t(x) * 16**0.5)


@probe
def shift_other():
    x = array(3, 5, 16)
    y = run(layers.Rescaling(1.0, offset=1.0), x)
    return error(y, t(x)), error(y, t(x) + 1)


@probe
def positions_missing():
    x, table = array(3, 5, 8), array(5, 8, seed=1)
    y = n(ops.add(ops.convert_to_tensor(x), table))
    return error(y, t(x)), error(y, t(x) + t(table))


def attended(heads=2, visible=None):
    """Keras's attention of a sequence to itself, and PyTorch's on the same projections: ``port(heads, visible)``."""
    x = array(3, 5, 8)
    parts = [array(8, 8, seed=seed) for seed in (1, 2, 3)]

    def split(projected, count):
        return projected.unflatten(-1, (count, -1)).transpose(1, 2)

    def port(count, mask):
        query, key, value = (split(t(x) @ t(part), count) for part in parts)
        seen = None if mask is None else t(mask)
        return F.scaled_dot_product_attention(query, key, value, seen).transpose(1, 2).flatten(-2)

    query, key, value = (ops.reshape(ops.matmul(x, part), (3, 5, heads, 8 // heads)) for part in parts)
    y = n(ops.dot_product_attention(query, key, value, mask=visible))
    return y.reshape(3, 5, 8), port


@probe
def attention_heads():
    y, port = attended(heads=2)
    return error(y, port(4, None)), error(y, port(2, None))


@probe
def attention_causal():
    causal = n(ops.tril(ops.ones((5, 5), "bool")))[None, None]
    y, port = attended(visible=causal)
    return error(y, port(2, None)), error(y, port(2, causal))


@probe
def attention_mask_missing():
    visible = n(ops.less(ops.arange(5)[None], ops.convert_to_tensor([[3], [5], [2]])))[:, None, None]
    y, port = attended(visible=visible)
    return error(y, port(2, None)), error(y, port(2, visible))


@probe
def output_squeezed():
    y = array(4, 1)
    return error(y, t(y).squeeze(-1)), error(y, t(y))


@probe
def attention_mask_other():
    near = np.abs(np.arange(5)[:, None] - np.arange(5)[None])
    y, port = attended(visible=near < 3)
    return error(y, port(2, near < 2)), error(y, port(2, near < 3))


@probe
def split_order():
    x = array(3, 5, 8)
    gate, value = ops.split(ops.convert_to_tensor(x), 2, axis=-1)
    y = n(ops.multiply(value, ops.sigmoid(gate)))
    return error(y, F.glu(t(x))), error(y, F.glu(torch.cat(t(x).chunk(2, -1)[::-1], -1)))
