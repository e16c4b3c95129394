"""Autoencoder: an image squeezed through a few numbers, dense -> ReLU on the way in and out."""

from collections import OrderedDict

from torch import nn

from torch_impl.arguments import check_size, check_sizes


class Autoencoder(nn.Module):
    """Features (B, width) -> reconstruction (B, width).

    Args:
        width: number of features.
        units: width of each hidden layer of the encoder; the decoder has them in reverse.
        code: width of the code, which has no activation.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, width=784, units=(128, 64), code=2):
        super().__init__()
        check_size("width", width)
        check_sizes("units", units)
        check_size("code", code)
        self.encoder = encoder(width, units, code)
        self.decoder = decoder(code, units, width)

    def forward(self, features):
        return self.decoder(self.encoder(features))


def encoder(width, units, code):
    layers = hidden_layers(width, units)
    layers["code"] = nn.Linear(units[-1], code)
    return nn.Sequential(layers)


def decoder(code, units, width):
    layers = hidden_layers(code, units[::-1])
    layers["out"] = nn.Linear(units[0], width)
    return nn.Sequential(layers)


def hidden_layers(before, units):
    layers = OrderedDict()
    for index, width in enumerate(units):
        layers[f"dense{index}"] = nn.Linear(before, width)
        layers[f"relu{index}"] = nn.ReLU()
        before = width
    return layers
