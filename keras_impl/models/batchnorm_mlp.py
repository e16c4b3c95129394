"""Batch-norm perceptron: two hidden layers, each batch norm -> ReLU."""

from keras import Input, Model, layers

from keras_impl.arguments import check_size
from keras_impl.layers.aligned import BatchNormalization


def build_batchnorm_mlp(features=20, units=64, classes=2):
    """Features (B, features) -> logits (B, classes).

    Args:
        features: width of the input.
        units: width of both hidden layers.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("features", features)
    check_size("units", units)
    check_size("classes", classes)
    inputs = Input((features,), name="features")
    x = inputs
    for index in (1, 2):
        x = layers.Dense(units, name=f"dense{index}")(x)
        x = BatchNormalization(name=f"norm{index}")(x)
        x = layers.ReLU(name=f"relu{index}")(x)
    return Model(inputs, layers.Dense(classes, name="head")(x), name="batchnorm_mlp")
