"""Convolutions of an image: (conv 3x3 -> batch norm -> ReLU) once or more."""

from collections import OrderedDict

from torch import nn


def conv_block(channels, width, convs):
    """Image (B, channels, H, W) -> (B, width, H, W)."""
    layers = OrderedDict()
    for index in range(convs):
        layers[f"conv{index}"] = nn.Conv2d(channels, width, 3, padding=1)
        layers[f"norm{index}"] = nn.BatchNorm2d(width)
        layers[f"relu{index}"] = nn.ReLU()
        channels = width
    return nn.Sequential(layers)
