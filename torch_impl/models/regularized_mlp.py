"""Multi-layer perceptron with a dropout rate per hidden layer and Xavier-uniform weights."""

from collections import OrderedDict
from itertools import pairwise

from torch import nn

from torch_impl.arguments import check_rate, check_size, check_sizes


class RegularizedMLP(nn.Module):
    """Features (B, features) -> logits (B, classes).

    Args:
        features: width of the input.
        units: width of each hidden layer.
        rates: dropout rate after each hidden layer, in [0, 1).
        classes: width of the head.
        batch_norm: normalise each hidden layer before its ReLU.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, features=20, units=(128, 64, 32), rates=(0.3, 0.3, 0.3), classes=3, batch_norm=True):
        super().__init__()
        check_size("features", features)
        check_sizes("units", units)
        check_size("classes", classes)
        if len(rates) != len(units):
            raise ValueError(f"rates={rates!r}: expected {len(units)} rates, one per hidden layer")
        for rate in rates:
            check_rate("rates", rate)
        steps = zip(pairwise((features, *units)), rates, strict=True)
        self.hidden = nn.Sequential(*(hidden_layer(*widths, rate, batch_norm) for widths, rate in steps))
        self.head = nn.Linear(units[-1], classes)
        self.apply(xavier)

    def forward(self, features):
        return self.head(self.hidden(features))


def hidden_layer(before, width, rate, batch_norm):
    layers = OrderedDict(dense=nn.Linear(before, width))
    if batch_norm:
        layers["norm"] = nn.BatchNorm1d(width)
    layers["relu"] = nn.ReLU()
    layers["drop"] = nn.Dropout(rate)
    return nn.Sequential(layers)


def xavier(module):
    """What a Keras dense layer starts from: Glorot-uniform weights, zero biases (Glorot and Bengio, 2010)."""
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)
