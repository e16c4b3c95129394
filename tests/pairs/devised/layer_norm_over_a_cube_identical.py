"""A layer norm over rows, columns and channels that are as many of each."""

INPUTS = ("6x6x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((6, 6, 3))
    x = layers.Conv2D(4, 3, name="c")(x)
    x = layers.LayerNormalization(axis=(1, 2, 3), epsilon=1e-5, name="n")(x)
    return keras.Model(inputs, layers.Dense(2, name="o")(layers.Flatten()(x)))


def torch_model():
    from torch import nn

    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.LayerNorm([4, 4, 4]), nn.Flatten(), nn.Linear(64, 2))
