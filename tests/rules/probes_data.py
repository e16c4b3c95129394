"""Probes of initialisers, data preparation, numerics and counts."""

from __future__ import annotations

import colorsys
import io
import math
from collections import Counter
from contextlib import ExitStack, contextmanager

import torch  # before TensorFlow
import torch.nn.functional as F
from probing import Replaced, array, built, copied, error, first, n, plain, probe, refused, run, t
from torch import nn

import keras
import keras_impl.training.batches as keras_batches
import numpy as np
import tensorflow as tf
import torch_impl.training.batches as torch_batches
from PIL import Image
from keras import initializers, layers, ops
from keras.src.backend import random as keras_random
from keras.src.trainers.data_adapters import array_slicing
from parity.sides.keras_patches import true_float64

# --- initialisers: both sides draw from the same quantiles, so formulas compare exactly -------------------


def quantiles(shape):
    """As many evenly spread shares of 1 as the tensor has elements, shuffled."""
    count = math.prod(shape)
    return np.random.default_rng(0).permutation((np.arange(count) + 0.5) / count).reshape(shape)


def normal_at(shares):
    return math.sqrt(2) * torch.erfinv(2 * torch.as_tensor(shares) - 1).numpy()


def truncated(shares, low=-2.0, high=2.0):
    """Quantiles of a standard normal that is cut at both ends."""
    ends = [0.5 * (1 + math.erf(end / math.sqrt(2))) for end in (low, high)]
    return normal_at(ends[0] + shares * (ends[1] - ends[0]))


@contextmanager
def shared_quantiles():
    """Uniform and normal draws of both frameworks become quantiles of the asked-for distribution."""

    def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
        return ops.convert_to_tensor(minval + (maxval - minval) * quantiles(tuple(shape)))

    def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
        return ops.convert_to_tensor(mean + stddev * normal_at(quantiles(tuple(shape))))

    def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
        return ops.convert_to_tensor(mean + stddev * truncated(quantiles(tuple(shape))))

    def torch_uniform(tensor, a=0.0, b=1.0, generator=None):
        return tensor.copy_(torch.as_tensor(a + (b - a) * quantiles(tuple(tensor.shape))))

    def torch_normal(tensor, mean=0.0, std=1.0, generator=None):
        return tensor.copy_(torch.as_tensor(mean + std * normal_at(quantiles(tuple(tensor.shape)))))

    with ExitStack() as stack:
        for owner, name, value in (
            (keras_random, "uniform", uniform),
            (keras_random, "normal", normal),
            (keras_random, "truncated_normal", truncated_normal),
            (torch.Tensor, "uniform_", torch_uniform),
            (torch.Tensor, "normal_", torch_normal),
        ):
            stack.enter_context(Replaced(owner, name, value))
        yield


def sorted_error(one, other):
    """Difference of two sets of weights, whatever their order."""
    return error(np.sort(n(one).ravel()), np.sort(n(other).ravel()))


def fresh(layer, shape):
    layer.build(shape)
    return layer


@probe
def init_dense_kernel():
    with shared_quantiles():
        kernel = fresh(layers.Dense(6), (None, 4)).kernel
        stock = nn.Linear(4, 6).weight
        fixed = nn.init.xavier_uniform_(nn.Linear(4, 6).weight)
    return sorted_error(kernel, stock), sorted_error(kernel, fixed)


@probe
def init_bias():
    bias = fresh(layers.Dense(6), (None, 4)).bias
    module = nn.Linear(4, 6)
    before = error(bias, module.bias)
    return before, error(bias, nn.init.zeros_(module.bias))


@probe
def init_depthwise_fan():
    with shared_quantiles():
        layer = fresh(layers.DepthwiseConv2D(3, depthwise_initializer="he_uniform"), (None, 8, 8, 4))
        module = nn.Conv2d(4, 4, 3, groups=4)
        stock = nn.init.kaiming_uniform_(module.weight, nonlinearity="relu").clone()
        bound = math.sqrt(6 / (3 * 3 * 4))
        fixed = nn.init.uniform_(module.weight, -bound, bound)
    return sorted_error(layer.kernel, stock), sorted_error(layer.kernel, fixed)


@probe
def init_embedding():
    with shared_quantiles():
        table = fresh(layers.Embedding(5, 4), (None, 3)).embeddings
        stock = nn.Embedding(5, 4).weight
        fixed = nn.init.uniform_(nn.Embedding(5, 4).weight, -0.05, 0.05)
    return sorted_error(table, stock), sorted_error(table, fixed)


@probe
def init_lstm_forget_bias():
    bias = n(fresh(layers.LSTM(3), (None, 5, 4)).cell.bias)
    module = nn.LSTM(4, 3)
    before = error(bias, module.bias_ih_l0 + module.bias_hh_l0)
    with torch.no_grad():
        module.bias_ih_l0.zero_()[3:6] = 1.0
        module.bias_hh_l0.zero_()
    return before, error(bias, module.bias_ih_l0 + module.bias_hh_l0)


@probe
def init_recurrent():
    with shared_quantiles():
        cell = fresh(layers.LSTM(3), (None, 5, 4)).cell
        module = nn.LSTM(4, 3)
        before = sorted_error(cell.kernel, module.weight_ih_l0)
        nn.init.xavier_uniform_(module.weight_ih_l0)
    nn.init.orthogonal_(module.weight_hh_l0)
    recurrent = n(fresh(layers.LSTM(3), (None, 5, 4)).cell.recurrent_kernel)
    square = [error(recurrent @ recurrent.T, np.eye(3)), error(module.weight_hh_l0.T @ module.weight_hh_l0, np.eye(3))]
    return before, max(sorted_error(cell.kernel, module.weight_ih_l0), *square)


@probe
def init_attention():
    shape = (None, 5, 6)
    with shared_quantiles():
        layer = layers.MultiHeadAttention(2, 3)
        layer.build(shape, shape)
        module = nn.MultiheadAttention(6, 2)
        before = sorted_error(layer.weights[0], module.in_proj_weight[:6])
        bound = math.sqrt(6 / 12)
        for rows in module.in_proj_weight.data.split(6):
            rows.uniform_(-bound, bound)
        nn.init.xavier_uniform_(module.out_proj.weight)
    return before, max(
        sorted_error(layer.weights[0], module.in_proj_weight[:6]),
        sorted_error(layer.weights[6], module.out_proj.weight),
    )


@probe
def init_truncation_bounds():
    with shared_quantiles():
        w = initializers.VarianceScaling(1.0, "fan_in", "truncated_normal")((100, 4))
    stock = 0.1 * truncated(quantiles((4, 100)), -20, 20)  # trunc_normal_(std=0.1) cuts at -2 and 2, twenty deviations
    fixed = 0.1 / 0.87962566103423978 * truncated(quantiles((4, 100)))
    torch.manual_seed(0)
    assert float(nn.init.trunc_normal_(torch.empty(20_000), std=0.1).abs().max()) > 0.3
    return sorted_error(w, stock), sorted_error(w, fixed)


@probe
def init_truncated():
    with shared_quantiles():
        w = initializers.HeNormal()((4, 100))
        stock = nn.init.kaiming_normal_(torch.empty(100, 4), nonlinearity="relu")
    fixed = math.sqrt(2 / 4) / 0.87962566103423978 * truncated(quantiles((100, 4)))
    return sorted_error(w, stock), sorted_error(w, fixed)


@probe
def init_he_uniform():
    with shared_quantiles():
        w = initializers.HeUniform()((4, 6))
        stock = nn.Linear(4, 6).weight
        fixed = nn.init.kaiming_uniform_(torch.empty(6, 4), nonlinearity="relu")
    return sorted_error(w, stock), sorted_error(w, fixed)


@probe
def init_shared_object():
    shared = initializers.GlorotUniform()
    same = [n(fresh(layers.Dense(3, kernel_initializer=shared), (None, 3)).kernel) for _ in range(2)]
    named = [n(fresh(layers.Dense(3), (None, 3)).kernel) for _ in range(2)]
    return float(error(*same) == 0), float(error(*named) == 0)


@probe
def init_dtype_stream():
    def drawn(dtype):
        return n(keras.random.uniform((20,), seed=1, dtype=dtype)).astype("float64")

    once = drawn("float32")
    return error(once, drawn("float64")), error(ops.cast(once, "float64"), torch.tensor(once).double())


@probe
def init_seed():
    keras.utils.set_random_seed(0)
    layer = fresh(layers.Dense(4, kernel_initializer="he_uniform"), (None, 4))
    torch.manual_seed(0)
    module = nn.Linear(4, 4)
    before = sorted_error(layer.kernel, nn.init.kaiming_uniform_(module.weight, nonlinearity="relu"))
    drawn = np.random.default_rng(0).normal(size=(4, 4))
    layer.kernel.assign(drawn)
    module.weight.data = t(drawn.T)
    return before, error(layer.kernel, module.weight.T)


@probe
def init_normal_defaults():
    with shared_quantiles():
        w = initializers.RandomNormal()((5, 4))
        stock, fixed = nn.init.normal_(torch.empty(5, 4)), nn.init.normal_(torch.empty(5, 4), std=0.05)
    return sorted_error(w, stock), sorted_error(w, fixed)


@probe
def weights_never_loaded():
    x = array(4, 5)
    layer, module = built(layers.Dense(3), x), nn.Linear(5, 3)
    y = run(layer, x)
    return error(y, module(t(x))), error(y, copied(layer, module, "dense")(t(x)))


@probe
def weights_by_position():
    x = array(4, 3)
    a, b = built(layers.Dense(3), x), built(layers.Dense(3), x, seed=2)
    y = run(b, run(a, x))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.b, self.a = nn.Linear(3, 3), nn.Linear(3, 3)

        def forward(self, values):
            return self.b(self.a(values))

    module = Net()
    for parameter, weight in zip(module.parameters(), (*a.weights, *b.weights), strict=True):
        parameter.data = t(n(weight).T)
    before = error(y, module(t(x)))
    copied(a, module.a, "dense")
    copied(b, module.b, "dense")
    return before, error(y, module(t(x)))


# --- data ------------------------------------------------------------------------------------------------


@probe
def data_order():
    keras_order = n(keras.random.shuffle(np.arange(20), seed=0))
    torch_order = torch.randperm(20, generator=torch.Generator().manual_seed(0))
    orders = [side.shuffled(20)(epoch) for side in (keras_batches, torch_batches) for epoch in (0, 1)]
    return error(keras_order, torch_order), error(np.stack(orders[:2]), np.stack(orders[2:]))


@probe
def validation_split_last():
    rows = np.arange(10)
    (train,), (held,) = array_slicing.train_validation_split((rows,), 0.8)
    assert held[-1] == 9
    return float(abs(len(train) - round(10 * (1 - 0.8)))), float(abs(len(train) - math.floor(10 * (1.0 - 0.8))))


@plain
def data_rescale():
    x = np.arange(256.0)[None]
    y = run(layers.Rescaling(1 / 255), x)
    with true_float64():
        return error(y, t(x) / 255), error(run(layers.Rescaling(1 / 255), x), t(x) / 255)


@probe
def data_variance_or_deviation():
    x, deviation = array(4, 3), np.array([0.5, 2.0, 4.0])

    def layer(spread):
        return run(layers.Normalization(mean=np.zeros(3), variance=spread), x)

    port = t(x) / t(deviation)
    return error(layer(deviation), port), error(layer(deviation**2), port)


@probe
def data_adapt_variance():
    x = array(10, 3)
    layer = layers.Normalization()
    layer.adapt(x)
    y, values = run(layer, x), t(x)
    return (
        error(y, (values - values.mean(0)) / values.std(0)),
        error(y, (values - values.mean(0)) / values.std(0, unbiased=False)),
    )


@probe
def data_center_crop():
    x = array(1, 31, 31, 1)
    y = first(run(layers.CenterCrop(20, 20), x))
    rounded, floor = round((31 - 20) / 2.0), (31 - 20) // 2
    return (
        error(y, first(x)[..., rounded : rounded + 20, rounded : rounded + 20]),
        error(y, first(x)[..., floor : floor + 20, floor : floor + 20]),
    )


@probe
def data_brightness():
    x = np.random.default_rng(0).random((1, 4, 4, 3))
    y = run(layers.RandomBrightness((0.25, 0.25), value_range=(0, 1)), x, training=True)
    return error(y, (1.25 * t(x)).clamp(0, 1)), error(y, (t(x) + 0.25).clamp(0, 1))


@probe
def data_contrast():
    x = np.random.default_rng(0).random((1, 4, 4, 3))
    y = n(layers.RandomContrast(0.5)._adjust_contrast(ops.convert_to_tensor(x), ops.convert_to_tensor(np.float64(0.5))))
    grey = (t(x) * torch.tensor([0.2989, 0.587, 0.114])).sum(-1).mean()
    return error(y, 0.5 * (t(x) - grey) + grey), error(
        y, 0.5 * (t(x) - t(x).mean((1, 2), True)) + t(x).mean((1, 2), True)
    )


def saturated(x, factor):
    """Scale S of each pixel in HSV."""
    pixels = [colorsys.rgb_to_hsv(*pixel) for pixel in x.reshape(-1, 3)]
    return np.array([colorsys.hsv_to_rgb(h, min(factor * s, 1.0), v) for h, s, v in pixels]).reshape(x.shape)


@probe
def data_saturation():
    x = np.random.default_rng(0).random((1, 4, 4, 3))
    y = run(layers.RandomSaturation((0.75, 0.75), value_range=(0, 1)), x, training=True)
    grey = (t(x) * torch.tensor([0.2989, 0.587, 0.114])).sum(-1, keepdim=True)
    factor = 0.75 / (1 - 0.75 + 1e-7)  # how Keras reads its factor: 0.5 changes nothing
    return error(y, factor * t(x) + (1 - factor) * grey), error(y, saturated(x, factor))


@probe
def data_jitter_order():
    x = t(np.random.default_rng(0).random((1, 4, 4, 3)))

    def brighter(values):
        return (1.5 * values).clamp(0, 1)

    def flatter(values):
        mean = values.mean((1, 2), True)
        return (0.5 * (values - mean) + mean).clamp(0, 1)

    image = ops.convert_to_tensor(n(x))
    bright = ops.clip(1.5 * image, 0, 1)
    mean = ops.mean(bright, axis=(1, 2), keepdims=True)
    y = n(ops.clip(0.5 * (bright - mean) + mean, 0, 1))
    return error(y, brighter(flatter(x))), error(y, flatter(brighter(x)))


@probe
def data_jpeg():
    waves = np.add.outer(np.arange(48), 2 * np.arange(64))[..., None] * np.array([1, 3, 5])
    packed = io.BytesIO()
    Image.fromarray((127 + 127 * np.sin(waves / 40)).astype("uint8")).save(packed, "JPEG", quality=85)
    pixels = np.asarray(Image.open(packed))
    stock = tf.io.decode_jpeg(packed.getvalue())
    return error(stock, pixels), error(tf.io.decode_jpeg(packed.getvalue(), dct_method="INTEGER_ACCURATE"), pixels)


@probe
def data_greyscale():
    x = np.random.default_rng(0).random((1, 4, 4, 3))
    y = n(ops.image.rgb_to_grayscale(ops.convert_to_tensor(x)))[..., 0]
    return error(y, t(x).mean(-1)), error(y, (t(x) * torch.tensor([0.2989, 0.587, 0.114])).sum(-1))


@probe
def data_preprocess_modes():
    x = np.random.default_rng(0).random((1, 4, 4, 3)) * 255
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    port = (t(x) / 255 - mean) / deviation

    def mode(name):
        return n(keras.applications.imagenet_utils.preprocess_input(ops.convert_to_tensor(x), mode=name))

    return min(error(mode("caffe"), port), error(mode("tf"), port)), error(mode("torch"), port)


@probe
def preprocessing_inside():
    x = np.random.default_rng(0).integers(0, 256, (4, 5)).astype("float64")
    dense = built(layers.Dense(3), x)
    y = run(dense, run(layers.Rescaling(1 / 255), x))
    module = copied(dense, nn.Linear(5, 3), "dense")
    return error(y, module(t(x))), error(y, module(t(x) * (1 / 255)))


@probe
def data_text_ids():
    texts = ["the cat sat", "the dog sat", "a zebra", "the mango, the apple!"]
    layer = layers.TextVectorization()
    layer.adapt(texts)
    vocabulary = layer.get_vocabulary()
    words = Counter(word for text in texts for word in text.split())
    counted = {word: index for index, (word, _) in enumerate(words.most_common())}
    known = {word: index for index, word in enumerate(vocabulary)}
    y = n(layer(["the cat zebra"]))[0]
    port = [counted[word] for word in ("the", "cat", "zebra")]
    return error(y, np.array(port)), error(y, np.array([known[word] for word in ("the", "cat", "zebra")]))


# --- numerics and counts ------------------------------------------------------------------------------------


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
def denormals():
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
