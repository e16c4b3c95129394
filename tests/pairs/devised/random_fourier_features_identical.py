"""Random Fourier features: a frozen weight in Keras, a buffer in PyTorch."""

INPUTS = ("3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class RFF(layers.Layer):
        def build(self, shape):
            self.b = self.add_weight(shape=(3, 8), initializer="random_normal", trainable=False, name="b")

        def call(self, x):
            z = 2 * np.pi * ops.matmul(x, self.b)
            return ops.concatenate([ops.sin(z), ops.cos(z)], -1)

    inputs = keras.Input((3,))
    return keras.Model(inputs, layers.Dense(4, name="o")(RFF(name="rff")(inputs)))


def torch_model():
    import numpy as np
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("B", torch.randn(8, 3))
            self.o = nn.Linear(16, 4)

        def forward(self, x):
            z = 2 * np.pi * x @ self.B.T
            return self.o(torch.cat([z.sin(), z.cos()], -1))

    return Net()
