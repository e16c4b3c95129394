"""A triplet loss on three outputs of one encoder, stacked."""

INPUTS = ("6", "6", "6")
TRUTH = {"identical": True}
TRAINS = True


def keras_model():
    import keras
    from keras import layers, ops

    enc = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu", name="h"), layers.Dense(4, name="o")])
    a, p, n = (keras.Input((6,)) for _ in range(3))
    model = keras.Model([a, p, n], ops.stack([enc(a), enc(p), enc(n)], 1))

    def triplet(y, z):
        def d(u, v):
            return ops.sum(ops.square(u - v), -1)

        return ops.maximum(d(z[:, 0], z[:, 1]) - d(z[:, 0], z[:, 2]) + 0.5, 0.0)

    return model, keras.optimizers.SGD(0.05), triplet


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.enc = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4))

        def forward(self, a, p, n):
            return torch.stack([self.enc(a), self.enc(p), self.enc(n)], 1)

    model = Net()

    def triplet(z, y):
        a, p, n = z.unbind(1)
        return F.relu((a - p).pow(2).sum(1) - (a - n).pow(2).sum(1) + 0.5).mean()

    return model, torch.optim.SGD(model.parameters(), 0.05), triplet


def training_data():
    import numpy as np

    r = np.random.default_rng(0)
    return [r.normal(size=(8, 6)) for _ in range(3)], np.zeros((8, 1))
