"""``tf.nn.depth_to_space`` against ``nn.PixelShuffle``.

tensorflow/tensorflow issue 53291.
"""

INPUTS = ("8x8x8",)
TRUTH = {"identical": False, "causes": [{"rules": ["pixel-shuffle-order"], "keras": ["lambda"], "torch": ["1"]}]}


def keras_model():
    import keras
    import tensorflow as tf
    from keras import layers

    inputs = keras.Input((8, 8, 8))
    x = layers.Conv2D(16, 3, padding="same")(inputs)
    x = layers.Lambda(lambda t: tf.nn.depth_to_space(t, 2))(x)
    return keras.Model(inputs, layers.Conv2D(3, 1)(x))


def torch_model():
    from torch import nn

    return nn.Sequential(nn.Conv2d(8, 16, 3, padding=1), nn.PixelShuffle(2), nn.Conv2d(4, 3, 1))
