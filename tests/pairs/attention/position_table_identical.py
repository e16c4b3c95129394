"""A table of sines in float32 on one side, a buffer on the other."""

INPUTS = ("12:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    import tensorflow as tf
    from keras import layers

    def positional_encoding(length, depth):
        depth = depth / 2
        positions = np.arange(length)[:, np.newaxis]
        depths = np.arange(depth)[np.newaxis, :] / depth
        r = positions * (1 / 10000**depths)
        return tf.cast(np.concatenate([np.sin(r), np.cos(r)], axis=-1), dtype=tf.float32)

    class PE(layers.Layer):
        def __init__(self, v, d):
            super().__init__()
            self.d = d
            self.e = layers.Embedding(v, d)
            self.pe = positional_encoding(64, d)

        def call(self, x):
            n = tf.shape(x)[1]
            x = self.e(x)
            x *= tf.math.sqrt(tf.cast(self.d, x.dtype))
            return x + tf.cast(self.pe[tf.newaxis, :n, :], x.dtype)

    inputs = keras.Input((12,), dtype="int32")
    x = PE(40, 16)(inputs)
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(inputs, layers.Dense(3)(x))


def torch_model():
    import math

    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.e = nn.Embedding(40, 16)
            self.o = nn.Linear(16, 3)
            p = torch.arange(64).unsqueeze(1)
            d = torch.arange(8) / 8
            r = p / 10000**d
            self.register_buffer("pe", torch.cat([torch.sin(r), torch.cos(r)], -1))

        def forward(self, x):
            return self.o((self.e(x) * math.sqrt(16) + self.pe[: x.size(1)]).mean(1))

    return Net()
