"""Variational autoencoder: the code is a Gaussian, sampled by reparameterisation (Kingma and Welling, 2014)."""

from keras import Input, Model, layers, ops

from keras_impl.arguments import check_size, check_sizes
from keras_impl.models.autoencoder import decode, hidden_layers


def build_vae(width=784, units=(128, 64), code=2):
    """Features (B, width), noise (B, code) -> reconstruction (B, width), mean and log_variance (B, code).

    Args:
        width: number of features.
        units: width of each hidden layer of the encoder; the decoder has them in reverse.
        code: width of the code.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("width", width)
    check_sizes("units", units)
    check_size("code", code)
    features = Input((width,), name="features")
    noise = Input((code,), name="noise")  # standard normal; zeros give the mean
    x = hidden_layers(features, units, "encoder")
    mean = layers.Dense(code, name="mean")(x)
    log_variance = layers.Dense(code, name="log_variance")(x)
    sample = mean + ops.exp(log_variance / 2) * noise
    outputs = {
        "reconstruction": decode(sample, units, width),
        "mean": mean,
        "log_variance": log_variance,
    }
    return Model({"features": features, "noise": noise}, outputs, name="vae")
