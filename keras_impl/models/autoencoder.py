"""Autoencoder: an image squeezed through a few numbers, dense -> ReLU on the way in and out."""

from keras import Input, Model, layers

from keras_impl.arguments import check_size, check_sizes


def build_autoencoder(width=784, units=(128, 64), code=2):
    """Features (B, width) -> reconstruction (B, width).

    Args:
        width: number of features.
        units: width of each hidden layer of the encoder; the decoder has them in reverse.
        code: width of the code, which has no activation.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("width", width)
    check_sizes("units", units)
    check_size("code", code)
    features = Input((width,), name="features")
    reconstruction = decode(encode(features, units, code), units, width)
    return Model(features, reconstruction, name="autoencoder")


def encode(x, units, code):
    return layers.Dense(code, name="encoder.code")(hidden_layers(x, units, "encoder"))


def decode(x, units, width):
    return layers.Dense(width, name="decoder.out")(hidden_layers(x, reversed(units), "decoder"))


def hidden_layers(x, units, name):
    for index, width in enumerate(units):
        x = layers.Dense(width, name=f"{name}.dense{index}")(x)
        x = layers.ReLU(name=f"{name}.relu{index}")(x)
    return x
