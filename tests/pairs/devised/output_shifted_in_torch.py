"""The port takes one off its output."""

INPUTS = ("6",)
TRUTH = {"identical": False, "causes": [{"rules": ["shift-other"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers, ops

    x = keras.Input((6,), name="x")
    h = layers.Dense(8, name="a")(x)
    return keras.Model(x, ops.tanh(h))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(6, 8)

        def forward(self, x):
            h = self.a(x)
            return torch.tanh(h) - 1

    return Net()
