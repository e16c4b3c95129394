"""Volumes are doubled by a transposed convolution with kernel and stride two."""

INPUTS = ["4x4x4x2"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((4, 4, 4, 2))
    x = layers.Conv3DTranspose(3, 2, strides=2)(i)
    return keras.Model(i, layers.Conv3D(4, 3)(layers.ReLU()(x)))


def torch_model():
    from torch import nn

    return nn.Sequential(nn.ConvTranspose3d(2, 3, 2, 2), nn.ReLU(), nn.Conv3d(3, 4, 3))
