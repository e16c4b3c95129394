"""Probes of precision, modes and counts."""

from __future__ import annotations

import math

import torch  # isort: skip  before TensorFlow
import keras
import numpy as np
import torch.nn.functional as F
from keras import layers, ops
from probing import array, built, copied, error, fresh, n, plain, probe, run, t
from torch import nn

from parity.sides.keras_patches import true_float64


@probe
def normalize_epsilon():
    x = 1e-9 * array(2, 4)
    y = n(keras.ops.normalize(x, axis=-1))
    return error(y, F.normalize(t(x), dim=-1)), error(y, F.normalize(t(x), dim=-1, eps=1e-7))


@probe
def distance_epsilon():
    x, y = array(5, 4), array(5, 4, seed=1)
    wanted = n(keras.ops.norm(x - y, axis=-1))
    return error(wanted, F.pairwise_distance(t(x), t(y))), error(wanted, F.pairwise_distance(t(x), t(y), eps=0.0))


@plain
def constants_through_float32():
    x = array(50)
    before = error(run(layers.Rescaling(0.1), x), 0.1 * t(x))
    exact = run(layers.Rescaling(np.float64(0.1)), x)
    with true_float64():
        return before, max(error(exact, 0.1 * t(x)), error(run(layers.Rescaling(0.1), x), 0.1 * t(x)))


@plain
def gelu_float32():
    x = array(50)
    stock = run(keras.activations.gelu, x)
    written = 0.5 * x * (1 + n(ops.erf(x * math.sqrt(0.5))))
    return error(stock, F.gelu(t(x))), error(written, F.gelu(t(x)))


@probe
def floatx_cached():
    def wrong():
        return float(keras.backend.standardize_dtype(fresh(layers.Dense(2), (None, 2)).kernel.dtype) != "float64")

    keras.config.set_dtype_policy("float32")
    try:
        keras.config.set_floatx("float64")
        before = wrong()
    finally:
        keras.config.set_dtype_policy("float64")
    return before, wrong()


@probe
def dtype_policy():
    x = array(4, 5)
    layer = built(layers.Dense(3, dtype="mixed_bfloat16"), x)
    full = layers.Dense(3)
    full.build(x.shape)
    full.set_weights([n(w) for w in layer.weights])
    module = copied(full, nn.Linear(5, 3), "dense")
    half = n(ops.cast(layer(ops.convert_to_tensor(x)), "float64"))
    return error(half, module(t(x))), error(run(full, x), module(t(x)))


@probe
def variance_correction():
    x = array(6, 3)
    y = n(ops.var(x, axis=0))
    return error(y, t(x).var(0)), error(y, t(x).var(0, correction=0))


@probe
def denormal_numbers():
    tiny = np.full(4096, 2.0e-308)
    y = n(ops.multiply(ops.convert_to_tensor(tiny), np.float64(0.25))) / 5e-309

    def port():
        return (t(tiny) * 0.25 > 0).double()

    before = error(y, port())
    torch.set_flush_denormal(True)
    try:
        return before, error(y, port())
    finally:
        torch.set_flush_denormal(False)


@probe
def count_seeds():
    layer = layers.Dropout(0.5)
    layer.build((None, 3))
    return float(sum(math.prod(v.shape) for v in layer.variables)), float(layer.count_params())


@probe
def count_normalization():
    layer = layers.Normalization()
    layer.adapt(array(6, 5))
    fixed = layers.Normalization(mean=np.zeros(5), variance=np.ones(5))
    fixed.build((None, 5))
    return float(layer.count_params()), float(fixed.count_params())


@probe
def tied_weights():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.table, self.head = nn.Embedding(5, 4), nn.Linear(4, 5, bias=False)
            self.head.weight = self.table.weight

    shared = built(layers.ReversibleEmbedding(5, 4), np.array([[1]])).count_params()
    listed = sum(value.numel() for value in Net().state_dict().values())
    return float(abs(listed - shared)), float(abs(sum(p.numel() for p in Net().parameters()) - shared))


@probe
def count_frozen():
    layer, module = built(layers.Dense(3), array(1, 2)), nn.Linear(2, 3)
    layer.trainable = False
    module.requires_grad_(False)
    trained = sum(math.prod(w.shape) for w in layer.trainable_weights)
    return (
        float(abs(sum(p.numel() for p in module.parameters()) - trained)),
        float(abs(sum(p.numel() for p in module.parameters() if p.requires_grad) - trained)),
    )


@probe
def count_optimizer():
    layer, module = built(layers.Dense(3), array(1, 2)), nn.Linear(2, 3)
    optimizer = keras.optimizers.Adam()
    optimizer.build(layer.trainable_weights)
    own = sum(p.numel() for p in module.parameters())
    slots = sum(math.prod(v.shape) for v in optimizer.variables)
    return float(abs(layer.count_params() + slots - own)), float(abs(layer.count_params() - own))


@probe
def count_spectral():
    layer = built(layers.SpectralNormalization(layers.Dense(3)), array(1, 2))
    module = nn.utils.parametrizations.spectral_norm(nn.Linear(2, 3))
    buffers = sum(b.numel() for b in module.buffers())
    kept = sum(math.prod(w.shape) for w in layer.non_trainable_weights)
    return float(abs(buffers - kept)), float(abs(buffers - module.parametrizations.weight[0]._v.numel() - kept))
