"""The forecast of a GRU is squeezed in PyTorch and compared with targets (B,)."""

INPUTS = ("7x3",)
TRUTH = {"identical": False, "causes": [{"rules": ["output-squeezed"], "keras": ["o"], "torch": ["o", "squeeze*", ""]}]}
TRAINS = True


def keras_model():
    import keras
    from keras import layers

    x = i = keras.Input((7, 3))
    x = layers.GRU(6, name="g")(x)
    model = keras.Model(i, layers.Dense(1, name="o")(x))
    return model, keras.optimizers.SGD(0.1), keras.losses.Huber()


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.g, self.o = nn.GRU(3, 6, batch_first=True), nn.Linear(6, 1)

        def forward(self, x):
            return self.o(self.g(x)[0][:, -1]).squeeze(-1)

    model = Net()
    return model, torch.optim.SGD(model.parameters(), 0.1), nn.HuberLoss()


def training_data():
    import numpy as np

    r = np.random.default_rng(0)
    return r.normal(size=(8, 7, 3)), r.normal(size=(8,))
