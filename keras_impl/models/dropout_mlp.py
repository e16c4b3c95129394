"""Dropout perceptron: two hidden layers, each ReLU -> dropout."""

from keras import Input, Model, layers

from keras_impl.arguments import check_rate, check_size


def build_dropout_mlp(features=20, units=64, classes=2, dropout=0.5):
    """Features (B, features) -> logits (B, classes).

    Args:
        features: width of the input.
        units: width of both hidden layers.
        classes: width of the head.
        dropout: rate after each hidden layer, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("features", features)
    check_size("units", units)
    check_size("classes", classes)
    check_rate("dropout", dropout)
    inputs = Input((features,), name="features")
    x = inputs
    for index in (1, 2):
        x = layers.Dense(units, name=f"dense{index}")(x)
        x = layers.ReLU(name=f"relu{index}")(x)
        x = layers.Dropout(dropout, name=f"drop{index}")(x)
    return Model(inputs, layers.Dense(classes, name="head")(x), name="dropout_mlp")
