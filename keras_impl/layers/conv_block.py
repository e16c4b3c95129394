"""Convolutions of an image: (conv 3x3 -> batch norm -> ReLU) once or more."""

from keras import layers

from keras_impl.layers.aligned import BatchNormalization


def conv_block(x, width, convs, name):
    """Image (B, H, W, C) -> (B, H, W, width)."""
    for index in range(convs):
        x = layers.Conv2D(width, 3, padding="same", name=f"{name}.conv{index}")(x)
        x = BatchNormalization(name=f"{name}.norm{index}")(x)
        x = layers.ReLU(name=f"{name}.relu{index}")(x)
    return x
