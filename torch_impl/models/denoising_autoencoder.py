"""Denoising autoencoder: an autoencoder that sees noised features while it trains (Vincent et al., 2008)."""

from torch import nn

from torch_impl.arguments import check_rate, check_size, check_sizes
from torch_impl.layers.aligned import GaussianNoise
from torch_impl.models.autoencoder import decoder, encoder


class DenoisingAutoencoder(nn.Module):
    """Features (B, width) -> reconstruction (B, width) of the features without the noise.

    Args:
        width: number of features.
        units: width of each hidden layer of the encoder; the decoder has them in reverse.
        code: width of the code, which has no activation.
        noise: standard deviation of the noise that training adds to the features, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, width=784, units=(128, 64), code=2, noise=0.2):
        super().__init__()
        check_size("width", width)
        check_sizes("units", units)
        check_size("code", code)
        check_rate("noise", noise)
        self.noise = GaussianNoise(noise)
        self.encoder = encoder(width, units, code)
        self.decoder = decoder(code, units, width)

    def forward(self, features):
        return self.decoder(self.encoder(self.noise(features)))
