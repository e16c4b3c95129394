"""CReLU joins x and -x in Keras, and -x and x in PyTorch."""

INPUTS = ["8x8x3"]
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["concat-order"], "keras": ["lambda"], "torch": ["1.relu", "1.cat", "1"]}],
}


def keras_model():
    import keras
    import tensorflow as tf
    from keras import layers

    i = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3)(i)
    x = layers.Lambda(lambda t: tf.nn.relu(tf.concat([t, -t], -1)))(x)
    return keras.Model(i, layers.Conv2D(2, 3)(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class CReLU(nn.Module):
        def forward(self, x):
            return F.relu(torch.cat((-x, x), 1))

    return nn.Sequential(nn.Conv2d(3, 4, 3), CReLU(), nn.Conv2d(8, 2, 3))
