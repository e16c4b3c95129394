"""Attention pooling with Dense(1, activation='softmax'), which is one everywhere."""

INPUTS = ("9x6",)
TRUTH = {"identical": False, "causes": [{"rules": ["softmax-axis"], "keras": ["s"], "torch": ["softmax*"]}]}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((9, 6))
    s = layers.Dense(1, activation="softmax", name="s")(layers.Dense(8, activation="tanh", name="h")(x))
    return keras.Model(x, layers.Dense(2, name="o")(layers.Flatten()(layers.Dot(axes=1)([s, x]))))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.h, self.s, self.o = nn.Linear(6, 8), nn.Linear(8, 1), nn.Linear(6, 2)

        def forward(self, x):
            a = self.s(torch.tanh(self.h(x))).squeeze(-1).softmax(-1)
            return self.o(torch.einsum("bt,btd->bd", a, x))

    return Net()
