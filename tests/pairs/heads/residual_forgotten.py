"""The skip connection was forgotten in ``forward``."""

INPUTS = ("12",)
TRUTH = {"identical": False, "causes": [{"rules": ["branch-missing"], "keras": ["add", "re_lu"], "torch": ["relu*"]}]}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((12,))
    x = layers.Dense(12, activation="relu")(inputs)
    y = layers.Dense(12)(x)
    x = layers.Add()([x, y])
    x = layers.ReLU()(x)
    return keras.Model(inputs, layers.Dense(2)(x))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(12, 12)
            self.b = nn.Linear(12, 12)
            self.c = nn.Linear(12, 2)

        def forward(self, x):
            x = torch.relu(self.a(x))
            return self.c(torch.relu(self.b(x)))

    return Net()
