"""Convolution without bias -> batch norm -> activation: the unit of mobile networks.

Children are numbered 0, 1, 2, as torchvision numbers them.
"""

from torch import nn


def conv_norm(channels, width, kernel, stride, activation, depthwise=False):
    """Image (B, channels, H, W) -> (B, width, H/stride, W/stride).

    ``activation`` is a module class or None; ``depthwise`` means one filter per channel, and width = channels.
    """
    groups = channels if depthwise else 1
    layers = nn.Sequential(
        nn.Conv2d(channels, width, kernel, stride, padding=kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(width),
    )
    return layers.append(activation()) if activation else layers
