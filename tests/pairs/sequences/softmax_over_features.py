"""Attention weights over time, normalised over the last axis in the port.

PetrochukM/PyTorch-NLP issue 2.
"""

INPUTS = ("12x5",)
TRUTH = {"identical": False, "causes": [{"rules": ["softmax-axis"], "keras": ["softmax"], "torch": ["softmax"]}]}


def keras_model():
    import keras
    from keras import layers, ops

    inputs = keras.Input((12, 5))
    h = layers.Bidirectional(layers.GRU(8, return_sequences=True))(inputs)
    s = layers.Dense(1)(layers.Dense(10, activation="tanh")(h))
    a = layers.Softmax(axis=1)(s)
    c = layers.Lambda(lambda z: ops.sum(z[0] * z[1], axis=1), output_shape=(16,))([h, a])
    return keras.Model(inputs, layers.Dense(3)(c))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.g = nn.GRU(5, 8, batch_first=True, bidirectional=True)
            self.att = nn.Sequential(nn.Linear(16, 10), nn.Tanh(), nn.Linear(10, 1))
            self.fc = nn.Linear(16, 3)

        def forward(self, x):
            h, _ = self.g(x)
            a = torch.softmax(self.att(h), dim=-1)
            return self.fc((a * h).sum(1))

    return Net()
