"""The divergence that a Keras layer adds to the loss is not in the loss of PyTorch."""

INPUTS = ("6",)
TRUTH = {"identical": False, "causes": [{"rules": ["loss-penalty"], "keras": ["loss"], "torch": ["loss"]}]}
TRAINS = True


def keras_model():
    import keras
    from keras import layers, ops

    x = i = keras.Input((6,))
    h = layers.Dense(8, activation="relu", name="h")(x)
    m, v = layers.Dense(3, name="m")(h), layers.Dense(3, name="v")(h)

    class KL(layers.Layer):
        def call(self, z):
            m, v = z
            self.add_loss(-0.5 * ops.mean(ops.sum(1 + v - ops.square(m) - ops.exp(v), -1)))
            return m

    z = KL(name="kl")([m, v])
    model = keras.Model(i, layers.Dense(6, name="d")(z))
    return model, keras.optimizers.SGD(0.1), "mse"


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.h, self.m, self.v, self.d = nn.Linear(6, 8), nn.Linear(8, 3), nn.Linear(8, 3), nn.Linear(3, 6)

        def forward(self, x):
            h = F.relu(self.h(x))
            m, v = self.m(h), self.v(h)
            self.kl = -0.5 * (1 + v - m**2 - v.exp()).sum(1).mean()
            return self.d(m)

    model = Net()
    return model, torch.optim.SGD(model.parameters(), 0.1), lambda o, t: F.mse_loss(o, t)


def training_data():
    import numpy as np

    r = np.random.default_rng(0)
    x = r.normal(size=(8, 6))
    return x, x
