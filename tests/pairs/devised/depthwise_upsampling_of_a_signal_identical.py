"""A depthwise transposed convolution of a signal: in Keras one for each channel."""

INPUTS = ["5x4"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    i = keras.Input((5, 4))
    x = layers.Concatenate()(
        [layers.Conv1DTranspose(1, 2, strides=2, use_bias=False, name=f"g{k}")(i[..., k : k + 1]) for k in range(4)]
    )
    return keras.Model(i, layers.Conv1D(2, 3)(ops.relu(x)))


def torch_model():
    from torch import nn

    return nn.Sequential(nn.ConvTranspose1d(4, 4, 2, 2, groups=4, bias=False), nn.ReLU(), nn.Conv1d(4, 2, 3))
