"""DeepONet with a Fourier-feature trunk and two output fields; the frequencies are constants on both sides."""

INPUTS = ("20", "7x2")
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class DeepONet(keras.Model):
        def __init__(self, basis=6, fields=2, **kwargs):
            super().__init__(**kwargs)
            self.basis, self.fields = basis, fields
            self.frequencies = np.random.RandomState(7).randint(-6, 7, (2, 5)) / 4.0
            self.branch = [
                layers.Dense(16, activation="tanh", name="branch_0"),
                layers.Dense(16, activation="tanh", name="branch_1"),
                layers.Dense(basis * fields, name="branch_2"),
            ]
            self.trunk = [
                layers.Dense(16, activation="swish", name="trunk_0"),
                layers.Dense(16, activation="swish", name="trunk_1"),
                layers.Dense(basis * fields, activation="swish", name="trunk_2"),
            ]

        def build(self, shapes):
            for layer, before in zip(self.branch, (20, 16, 16), strict=True):
                layer.build((None, before))
            for layer, before in zip(self.trunk, (10, 16, 16), strict=True):
                layer.build((None, None, before))
            self.bias = self.add_weight(shape=(self.fields,), initializer="zeros", name="bias")
            self.built = True

        def call(self, inputs):
            u, y = inputs
            angles = 2 * np.pi * ops.matmul(y, ops.cast(self.frequencies, y.dtype))
            y = ops.concatenate([ops.cos(angles), ops.sin(angles)], axis=-1)
            for layer in self.branch:
                u = layer(u)
            for layer in self.trunk:
                y = layer(y)
            u = ops.reshape(u, (-1, 1, self.basis, self.fields))
            y = ops.reshape(y, (-1, ops.shape(y)[1], self.basis, self.fields))
            return ops.sum(u * y, axis=2) + self.bias

    return DeepONet()


def torch_model():
    import math

    import numpy as np
    import torch
    from torch import nn

    class GaussianEncoding(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("b", torch.tensor(np.random.RandomState(7).randint(-6, 7, (2, 5)).T / 4.0).float())

        def forward(self, v):
            vp = 2 * math.pi * v @ self.b.T
            return torch.cat((torch.cos(vp), torch.sin(vp)), dim=-1)

    def mlp(sizes, act, last):
        steps = []
        for i, o in zip(sizes, sizes[1:], strict=False):
            steps += [nn.Linear(i, o), act()]
        return nn.Sequential(*(steps if last else steps[:-1]))

    class DeepONet(nn.Module):
        def __init__(self):
            super().__init__()
            self.branch_net = mlp([20, 16, 16, 12], nn.Tanh, last=False)
            self.trunk_net = nn.Sequential(GaussianEncoding(), mlp([10, 16, 16, 12], nn.SiLU, last=True))
            self.b0 = nn.Parameter(torch.zeros(2))

        def forward(self, u, y):
            coefficients = self.branch_net(u).unflatten(-1, (6, 2))
            basis = self.trunk_net(y).unflatten(-1, (6, 2))
            return torch.einsum("bpo,bqpo->bqo", coefficients, basis) + self.b0

    return DeepONet()
