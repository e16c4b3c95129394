"""Multi-layer perceptron: dense -> [batch norm] -> ReLU -> dropout, then a dense head."""

import math
from collections import OrderedDict
from itertools import pairwise

from torch import nn

from torch_impl.arguments import check_rate, check_size, check_sizes


class MLP(nn.Module):
    """Features (B, *input_shape) -> logits (B, classes).

    Args:
        input_shape: shape of one sample; more than one axis is flattened first.
        units: width of each hidden layer.
        classes: width of the head.
        dropout: rate after each hidden layer, in [0, 1).
        batch_norm: normalise each hidden layer before its ReLU.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, input_shape=(20,), units=(128, 64, 32), classes=3, dropout=0.3, batch_norm=True):
        super().__init__()
        check_sizes("input_shape", input_shape)
        check_sizes("units", units)
        check_size("classes", classes)
        check_rate("dropout", dropout)
        self.flatten = nn.Flatten() if len(input_shape) > 1 else None
        widths = [math.prod(input_shape), *units]
        self.hidden = nn.Sequential(*(hidden_layer(*pair, dropout, batch_norm) for pair in pairwise(widths)))
        self.head = nn.Linear(widths[-1], classes)

    def forward(self, features):
        x = features if self.flatten is None else self.flatten(features)
        return self.head(self.hidden(x))


def hidden_layer(before, width, dropout, batch_norm):
    layers = OrderedDict(dense=nn.Linear(before, width))
    if batch_norm:
        layers["norm"] = nn.BatchNorm1d(width)
    layers["relu"] = nn.ReLU()
    if dropout:
        layers["drop"] = nn.Dropout(dropout)
    return nn.Sequential(layers)
