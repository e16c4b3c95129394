"""Sines and cosines stand in turn in Keras, and in PyTorch, in a buffer, the sines first."""

INPUTS = ("10:int32",)
TRUTH = {"identical": False, "causes": [{"rules": ["position-table"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    import numpy as np
    from keras import layers

    def table(n, d):
        a = np.arange(n)[:, None] / 10000 ** (np.arange(0, d, 2) / d)
        t = np.zeros((n, d), "float32")
        t[:, 0::2], t[:, 1::2] = np.sin(a), np.cos(a)
        return t

    x = keras.Input((10,), dtype="int32", name="ids")
    e = layers.Embedding(30, 8, name="tok")(x)
    e = e + table(10, 8)
    y = layers.Dense(8, activation="gelu", name="d1")(e)
    y = layers.GlobalAveragePooling1D(name="pool")(y)
    return keras.Model(x, layers.Dense(2, name="out")(y))


def torch_model():
    import numpy as np
    import torch
    import torch.nn.functional as F
    from torch import nn

    def table(n, d):
        a = np.arange(n)[:, None] / 10000 ** (np.arange(0, d, 2) / d)
        t = np.zeros((n, d), "float32")
        t[:, 0::2], t[:, 1::2] = np.sin(a), np.cos(a)
        return t

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.tok = nn.Embedding(30, 8)
            t = torch.from_numpy(table(10, 8))
            self.register_buffer("pe", torch.cat([t[:, 0::2], t[:, 1::2]], 1))
            self.d1 = nn.Linear(8, 8)
            self.out = nn.Linear(8, 2)

        def forward(self, x):
            e = self.tok(x)
            e = e + self.pe
            return self.out(F.gelu(self.d1(e)).mean(1))

    return Net()
