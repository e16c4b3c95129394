"""Multi-layer perceptron: dense -> [batch norm] -> ReLU -> dropout, then a dense head."""

from keras import Input, Model, layers

from keras_impl.arguments import check_rate, check_size, check_sizes
from keras_impl.layers.aligned import BatchNormalization


def build_mlp(input_shape=(20,), units=(128, 64, 32), classes=3, dropout=0.3, batch_norm=True):
    """Features (B, *input_shape) -> logits (B, classes).

    Args:
        input_shape: shape of one sample; more than one axis is flattened first.
        units: width of each hidden layer.
        classes: width of the head.
        dropout: rate after each hidden layer, in [0, 1).
        batch_norm: normalise each hidden layer before its ReLU.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_sizes("input_shape", input_shape)
    check_sizes("units", units)
    check_size("classes", classes)
    check_rate("dropout", dropout)
    features = Input(tuple(input_shape), name="features")
    x = features
    if len(input_shape) > 1:
        x = layers.Flatten(name="flatten")(x)
    for index, width in enumerate(units):
        x = layers.Dense(width, name=f"hidden.{index}.dense")(x)
        if batch_norm:
            x = BatchNormalization(name=f"hidden.{index}.norm")(x)
        x = layers.ReLU(name=f"hidden.{index}.relu")(x)
        if dropout:
            x = layers.Dropout(dropout, name=f"hidden.{index}.drop")(x)
    logits = layers.Dense(classes, name="head")(x)
    return Model(features, logits, name="mlp")
