"""A transposed convolution of volumes that pads 'same', against padding and output padding."""

INPUTS = ["3x3x3x2"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((3, 3, 3, 2))
    x = layers.Conv3DTranspose(3, 4, strides=2, padding="same", activation="relu")(i)
    return keras.Model(i, layers.Conv3D(4, 3)(x))


def torch_model():
    from torch import nn

    return nn.Sequential(nn.ConvTranspose3d(2, 3, 4, 2, 1), nn.ReLU(), nn.Conv3d(3, 4, 3))
