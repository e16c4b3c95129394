"""The Poisson loss of PyTorch has full=True."""

INPUTS = ("6",)
TRUTH = {"identical": False, "causes": [{"rules": ["loss-poisson"], "keras": ["loss"], "torch": ["loss"]}]}
TRAINS = True


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, activation="relu", name="a"),
            layers.Dense(1, name="b", activation="exponential"),
        ]
    )

    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="poisson")
    return model


def torch_model():
    import torch
    from torch import nn

    class Exp(nn.Module):
        def forward(self, x):
            return x.exp()

    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 1), Exp())
    return model, torch.optim.SGD(model.parameters(), 0.1), nn.PoissonNLLLoss(log_input=False, eps=1e-7, full=True)


def training_data():
    import numpy as np

    r = np.random.default_rng(0)
    return r.normal(size=(12, 6)), r.integers(0, 9, (12, 1)).astype("float32")
