"""Variational autoencoder: the code is a Gaussian, sampled by reparameterisation (Kingma and Welling, 2014)."""

import torch
from torch import nn

from torch_impl.arguments import check_size, check_sizes
from torch_impl.models.autoencoder import decoder, hidden_layers


class VAE(nn.Module):
    """Features (B, width), noise (B, code) -> reconstruction (B, width), mean and log_variance (B, code).

    Args:
        width: number of features.
        units: width of each hidden layer of the encoder; the decoder has them in reverse.
        code: width of the code.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, width=784, units=(128, 64), code=2):
        super().__init__()
        check_size("width", width)
        check_sizes("units", units)
        check_size("code", code)
        self.encoder = nn.Sequential(hidden_layers(width, units))
        self.mean = nn.Linear(units[-1], code)
        self.log_variance = nn.Linear(units[-1], code)
        self.decoder = decoder(code, units, width)

    def forward(self, features, noise):
        x = self.encoder(features)
        mean = self.mean(x)
        log_variance = self.log_variance(x)
        sample = mean + torch.exp(log_variance / 2) * noise
        return {
            "reconstruction": self.decoder(sample),
            "mean": mean,
            "log_variance": log_variance,
        }
