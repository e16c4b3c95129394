"""One weight, no bias: the smallest network that has a gradient."""

from keras import Input, Model, initializers, layers

from keras_impl.arguments import check_size


def build_linear(features=1, classes=1, weight=1.0):
    """Features (B, features) -> prediction (B, classes).

    Args:
        features: width of the input.
        classes: width of the output.
        weight: initial value of every weight.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("features", features)
    check_size("classes", classes)
    inputs = Input((features,), name="features")
    start = initializers.Constant(weight)
    return Model(
        inputs, layers.Dense(classes, use_bias=False, kernel_initializer=start, name="dense")(inputs), name="linear"
    )
