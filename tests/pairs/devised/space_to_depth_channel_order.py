"""Blocks of pixels become channels: TensorFlow's function and nn.PixelUnshuffle list them in another order."""

INPUTS = ("8x8x3",)
TRUTH = {"identical": False, "causes": [{"rules": ["pixel-shuffle-order"], "keras": ["s2d"], "torch": ["0"]}]}


def keras_model():
    import keras
    import tensorflow as tf
    from keras import layers

    x = inputs = keras.Input((8, 8, 3))
    x = layers.Lambda(lambda x: tf.nn.space_to_depth(x, 2), name="s2d")(x)
    x = layers.Conv2D(6, 3, activation="relu", name="conv")(x)
    return keras.Model(inputs, layers.Dense(2, name="out")(layers.Flatten()(x)))


def torch_model():
    from torch import nn

    return nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(12, 6, 3), nn.ReLU(), nn.Flatten(), nn.Linear(24, 2))
