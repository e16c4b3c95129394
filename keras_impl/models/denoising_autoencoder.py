"""Denoising autoencoder: an autoencoder that sees noised features while it trains (Vincent et al., 2008)."""

from keras import Input, Model, layers

from keras_impl.arguments import check_rate, check_size, check_sizes
from keras_impl.models.autoencoder import decode, encode


def build_denoising_autoencoder(width=784, units=(128, 64), code=2, noise=0.2):
    """Features (B, width) -> reconstruction (B, width) of the features without the noise.

    Args:
        width: number of features.
        units: width of each hidden layer of the encoder; the decoder has them in reverse.
        code: width of the code, which has no activation.
        noise: standard deviation of the noise that training adds to the features, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("width", width)
    check_sizes("units", units)
    check_size("code", code)
    check_rate("noise", noise)
    features = Input((width,), name="features")
    x = layers.GaussianNoise(noise, name="noise")(features)
    reconstruction = decode(encode(x, units, code), units, width)
    return Model(features, reconstruction, name="denoising_autoencoder")
