"""Five seldom functions in a row: CELU, soft and hard shrink, Mish, tanh shrink; logarithms of a softmax at the end."""

INPUTS = ("10",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    x = inputs = keras.Input((10,))
    x = layers.Dense(8, activation=lambda x: ops.celu(x, 0.7), name="a")(x)
    x = layers.Dense(8, activation=lambda x: ops.soft_shrink(x, 0.3), name="b")(x)
    x = layers.Dense(8, activation=ops.hard_shrink, name="c")(x)
    x = layers.Dense(8, activation="mish", name="d")(x)
    x = layers.Dense(8, activation="tanh_shrink", name="e")(x)
    return keras.Model(inputs, layers.Dense(3, activation="log_softmax", name="f")(x))


def torch_model():
    from torch import nn

    return nn.Sequential(
        nn.Linear(10, 8),
        nn.CELU(0.7),
        nn.Linear(8, 8),
        nn.Softshrink(0.3),
        nn.Linear(8, 8),
        nn.Hardshrink(),
        nn.Linear(8, 8),
        nn.Mish(),
        nn.Linear(8, 8),
        nn.Tanhshrink(),
        nn.Linear(8, 3),
        nn.LogSoftmax(-1),
    )
