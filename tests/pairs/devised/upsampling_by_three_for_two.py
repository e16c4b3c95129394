"""Upsampling by three in place of two, which a global pool hides."""

INPUTS = ["4x5x3"]
TRUTH = {"identical": False, "causes": [{"rules": ["resize-size"], "keras": ["up"], "torch": ["1"]}]}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((4, 5, 3))
    x = layers.UpSampling2D((2, 2), name="up")(layers.Conv2D(4, 1)(i))
    return keras.Model(i, layers.GlobalMaxPooling2D()(layers.Conv2D(2, 3)(x)))


def torch_model():
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(3, 4, 1), nn.Upsample(scale_factor=3), nn.Conv2d(4, 2, 3), nn.AdaptiveMaxPool2d(1), nn.Flatten()
    )
