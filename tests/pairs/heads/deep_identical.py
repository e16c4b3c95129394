"""Thirty residual dense blocks: rounding adds up, nothing else."""

INPUTS = ("8",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((8,))
    for _ in range(30):
        y = layers.BatchNormalization(epsilon=1e-5, momentum=0.9)(x)
        x = x + layers.Dense(8, activation="tanh")(y)
    return keras.Model(inputs, layers.Dense(2)(x))


def torch_model():
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.bn = nn.BatchNorm1d(8)
            self.fc = nn.Linear(8, 8)

        def forward(self, x):
            return x + torch.tanh(self.fc(self.bn(x)))

    return nn.Sequential(*[Block() for _ in range(30)], nn.Linear(8, 2))
