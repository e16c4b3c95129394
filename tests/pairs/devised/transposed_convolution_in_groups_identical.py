"""A transposed convolution in two groups, which Keras does not have: two, and their results joined."""

INPUTS = ["5x5x4"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    i = keras.Input((5, 5, 4))
    parts = ops.split(i, 2, axis=-1)
    x = layers.Concatenate()([layers.Conv2DTranspose(3, 2, strides=2, name=f"g{k}")(p) for k, p in enumerate(parts)])
    return keras.Model(i, layers.Conv2D(2, 3)(ops.relu(x)))


def torch_model():
    from torch import nn

    return nn.Sequential(nn.ConvTranspose2d(4, 6, 2, 2, groups=2), nn.ReLU(), nn.Conv2d(6, 2, 3))
