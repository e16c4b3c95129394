"""Layers written by hand with parameters, in both orders of the axes that people use."""

INPUTS = ("8",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential(
        [keras.Input((8,)), layers.Dense(8, activation="tanh"), layers.Dense(8, activation="tanh"), layers.Dense(3)]
    )


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.w1 = nn.Parameter(torch.randn(8, 8) * 0.3)
            self.b1 = nn.Parameter(torch.zeros(8))
            self.w2 = nn.Parameter(torch.randn(8, 8) * 0.3)
            self.b2 = nn.Parameter(torch.zeros(8))
            self.w3 = nn.Parameter(torch.randn(3, 8))
            self.b3 = nn.Parameter(torch.zeros(3))

        def forward(self, x):
            x = torch.tanh(x @ self.w1 + self.b1)
            x = torch.tanh(F.linear(x, self.w2, self.b2))
            return F.linear(x, self.w3, self.b3)

    return Net()
