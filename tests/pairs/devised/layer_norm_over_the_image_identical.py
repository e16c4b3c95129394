"""A layer norm over rows, columns and channels, which each side lists in its own order."""

INPUTS = ("8x7x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((8, 7, 3))
    x = layers.Conv2D(4, 3, name="c")(x)
    x = layers.LayerNormalization(axis=(1, 2, 3), epsilon=1e-5, name="n")(x)
    return keras.Model(inputs, layers.Dense(2, name="o")(layers.Flatten()(x)))


def torch_model():
    from torch import nn

    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.LayerNorm([4, 6, 5]), nn.Flatten(), nn.Linear(120, 2))
