"""A head over the whole map: flatten and dense in Keras, a convolution of its size in PyTorch."""

INPUTS = ("12x12x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((12, 12, 3))
    y = layers.Conv2D(6, 3, 2, name="c0", activation="relu")(x)
    y = layers.Dense(10, name="fc", activation="relu")(layers.Flatten()(y))
    return keras.Model(x, layers.Dense(3, name="out")(y))


def torch_model():
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(3, 6, 3, 2), nn.ReLU(), nn.Conv2d(6, 10, 5), nn.ReLU(), nn.Conv2d(10, 3, 1), nn.Flatten()
    )
