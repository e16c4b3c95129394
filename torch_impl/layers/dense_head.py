"""Head: a bare dense layer, or dense -> ReLU -> dropout -> dense."""

from collections import OrderedDict

from torch import nn


def dense_head(width, units, classes, dropout):
    """Features (B, D) -> logits (B, classes); ``units`` 0 means no hidden layer."""
    if not units:
        return nn.Linear(width, classes)
    layers = OrderedDict(
        dense=nn.Linear(width, units),
        relu=nn.ReLU(),
        drop=nn.Dropout(dropout),
        out=nn.Linear(units, classes),
    )
    return nn.Sequential(layers)
