"""Initial weights of dense and convolution layers: the same numbers in both frameworks for the same layer path."""

import math
import zlib

import numpy as np
from keras import layers

from keras_impl.arguments import check_choice

DEPTHWISE = (layers.DepthwiseConv1D, layers.DepthwiseConv2D)
PLAIN = (layers.Dense, layers.Conv1D, layers.Conv2D, layers.Conv3D, *DEPTHWISE)

# square of the spread, given fan-in and fan-out
VARIANCES = {
    "xavier_uniform": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "xavier_normal": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "he_uniform": lambda fan_in, fan_out: 2 / fan_in,
    "he_normal": lambda fan_in, fan_out: 2 / fan_in,
}


def initialize(model, weights="xavier_uniform", bias=0.0, seed=0):
    """Draw the kernels of all dense and convolution layers anew; set their biases to ``bias``.

    Args:
        model: built model.
        weights: "xavier_uniform", "xavier_normal", "he_uniform" or "he_normal" (not truncated, for ReLU).
        bias: usually 0 or 0.01.
        seed: of the draws; each layer has its own stream.

    Raises:
        ValueError: naming the argument, its value and what was expected.

    rule: init-truncated
    """
    check_choice("weights", weights, tuple(VARIANCES))
    for path, layer in walk(model):
        shape = tuple(layer.kernel.shape)
        torch_shape = (*shape[:-2], 1, math.prod(shape[-2:])) if isinstance(layer, DEPTHWISE) else shape
        layer.kernel.assign(draw(weights, torch_shape, seed, path).reshape(shape))
        if layer.bias is not None:
            layer.bias.assign(np.full(layer.bias.shape, bias))


def walk(owner, prefix=""):
    """Every plain dense and convolution layer with its path."""
    for layer in owner._flatten_layers(include_self=False, recursive=False):
        if isinstance(layer, PLAIN):
            yield prefix + layer.name, layer
        else:
            yield from walk(layer, f"{prefix}{layer.name}.")


def draw(weights, shape, seed, path):
    """A kernel (*window, in, out)."""
    window = math.prod(shape[:-2])
    deviation = np.sqrt(VARIANCES[weights](window * shape[-2], window * shape[-1]))
    random = np.random.default_rng((seed, zlib.crc32(path.encode())))
    if weights.endswith("normal"):
        return random.normal(0, deviation, shape)
    return random.uniform(-np.sqrt(3) * deviation, np.sqrt(3) * deviation, shape)
