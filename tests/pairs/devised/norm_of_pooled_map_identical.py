"""nn.LayerNorm([C, 1, 1]) on a pooled map, and a plain layer norm of features."""

INPUTS = ["6x6x4"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((6, 6, 4))
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(5, 3)(i))
    x = layers.LayerNormalization(epsilon=1e-5)(x)
    return keras.Model(i, layers.Dense(2)(x))


def torch_model():
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(4, 5, 3), nn.AdaptiveAvgPool2d(1), nn.LayerNorm([5, 1, 1]), nn.Conv2d(5, 2, 1), nn.Flatten()
    )
