"""Multi-layer perceptron with a dropout rate per hidden layer and Xavier-uniform weights."""

from keras import Input, Model, layers

from keras_impl.arguments import check_rate, check_size, check_sizes
from keras_impl.layers.aligned import BatchNormalization


def build_regularized_mlp(features=20, units=(128, 64, 32), rates=(0.3, 0.3, 0.3), classes=3, batch_norm=True):
    """Features (B, features) -> logits (B, classes).

    Args:
        features: width of the input.
        units: width of each hidden layer.
        rates: dropout rate after each hidden layer, in [0, 1).
        classes: width of the head.
        batch_norm: normalise each hidden layer before its ReLU.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("features", features)
    check_sizes("units", units)
    check_size("classes", classes)
    if len(rates) != len(units):
        raise ValueError(f"rates={rates!r}: expected {len(units)} rates, one per hidden layer")
    for rate in rates:
        check_rate("rates", rate)
    inputs = Input((features,), name="features")
    x = inputs
    for index, (width, rate) in enumerate(zip(units, rates, strict=True)):
        x = layers.Dense(width, name=f"hidden.{index}.dense")(x)
        if batch_norm:
            x = BatchNormalization(name=f"hidden.{index}.norm")(x)
        x = layers.ReLU(name=f"hidden.{index}.relu")(x)
        x = layers.Dropout(rate, name=f"hidden.{index}.drop")(x)
    logits = layers.Dense(classes, name="head")(x)
    return Model(inputs, logits, name="regularized_mlp")
