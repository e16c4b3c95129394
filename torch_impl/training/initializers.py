"""Initial weights of dense and convolution layers: the same numbers in both frameworks for the same layer path."""

import math
import zlib

import numpy as np
import torch
from torch import nn

from torch_impl.arguments import check_choice

PLAIN = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)

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
        model: module.
        weights: "xavier_uniform", "xavier_normal", "he_uniform" or "he_normal" (not truncated, for ReLU).
        bias: usually 0 or 0.01.
        seed: of the draws; each layer has its own stream.

    Raises:
        ValueError: naming the argument, its value and what was expected.

    rule: init-truncated
    """
    check_choice("weights", weights, tuple(VARIANCES))
    for path, layer in walk(model):
        shape = layer.weight.shape  # out, in, *window
        kernel = draw(weights, (*shape[2:], shape[1], shape[0]), seed, path)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(np.moveaxis(kernel, (-1, -2), (0, 1))))
            if layer.bias is not None:
                layer.bias.fill_(bias)


def walk(owner):
    """Every plain dense and convolution layer with its path."""
    for path, layer in owner.named_modules():
        if isinstance(layer, PLAIN):
            yield path, layer


def draw(weights, shape, seed, path):
    """A kernel (*window, in, out)."""
    window = math.prod(shape[:-2])
    deviation = np.sqrt(VARIANCES[weights](window * shape[-2], window * shape[-1]))
    random = np.random.default_rng((seed, zlib.crc32(path.encode())))
    if weights.endswith("normal"):
        return random.normal(0, deviation, shape)
    return random.uniform(-np.sqrt(3) * deviation, np.sqrt(3) * deviation, shape)
