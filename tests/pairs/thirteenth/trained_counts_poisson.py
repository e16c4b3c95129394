"""Counts with a Poisson loss on rates and Adadelta, all numbers set alike; the rates come from an exponential
activation in Keras and exp() in forward in PyTorch.
"""

INPUTS = ["7"]
TRAINS = True
TRUTH = {"identical": True}


def training_data():
    import numpy as np

    numbers = np.random.default_rng(5)
    x = numbers.normal(size=(96, 7)).astype("float32")
    rates = np.exp(0.4 * x[:, :3] - 0.2 * x[:, 3:6])
    return x, numbers.poisson(rates).astype("float32")


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((7,))
    x = layers.Dense(9, activation="softplus", name="hidden")(inputs)
    model = keras.Model(inputs, layers.Dense(3, activation="exponential", name="rates")(x))
    return model, keras.optimizers.Adadelta(1.0, rho=0.9, epsilon=1e-6), "poisson"


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Rates(nn.Module):
        def __init__(self):
            super().__init__()
            self.out = nn.Linear(9, 3)
            self.inp = nn.Linear(7, 9)

        def forward(self, x):
            return self.out(F.softplus(self.inp(x))).exp()

    model = Rates()
    return model, torch.optim.Adadelta(model.parameters()), nn.PoissonNLLLoss(log_input=False, eps=1e-7)
