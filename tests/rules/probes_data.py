"""Probes of preparation of data."""

from __future__ import annotations

import colorsys
import io
import math
from collections import Counter

import torch  # isort: skip  before TensorFlow
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops
from keras.src.trainers.data_adapters import array_slicing
from PIL import Image
from probing import array, built, copied, error, first, n, plain, probe, run, t
from torch import nn

import keras_impl.training.batches as keras_batches
import torch_impl.training.batches as torch_batches
from parity.sides.keras_patches import true_float64


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
def data_channel_order():
    x = np.random.default_rng(0).normal(size=(1, 4, 4, 3))
    y = n(ops.flip(ops.convert_to_tensor(x), axis=-1))
    return error(y, t(x)), error(y, t(x).flip(-1))


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
