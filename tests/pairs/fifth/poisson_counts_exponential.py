"""Bike rentals per hour, Poisson regression. Both models end in exp; loss="poisson" there, PoissonNLLLoss() here.

The PyTorch loss explodes for large counts.
"""

INPUTS = ["6", "1:int32"]
TRAINS = True
TRUTH = {"identical": False, "causes": [{"rules": ["loss-poisson"], "keras": ["loss"], "torch": ["loss"]}]}


def keras_model():
    import keras
    from keras import layers

    weather = keras.Input((6,), name="a_weather")
    station = keras.Input((1,), dtype="int32", name="b_station")
    x = layers.concatenate([weather, layers.Flatten()(layers.Embedding(9, 4, name="station_vector")(station))])
    x = layers.Dense(12, activation="tanh", name="hidden")(x)
    rate = layers.Dense(1, activation="exponential", name="rate")(x)
    model = keras.Model([weather, station], rate)
    return model, keras.optimizers.SGD(0.0625), keras.losses.Poisson()


def torch_model():
    import torch
    from torch import nn

    class Rentals(nn.Module):
        def __init__(self):
            super().__init__()
            self.stations = nn.Embedding(9, 4)
            self.mlp = nn.Sequential(nn.Linear(10, 12), nn.Tanh(), nn.Linear(12, 1))

        def forward(self, weather, station):
            x = torch.cat([weather, self.stations(station[:, 0])], dim=-1)
            return self.mlp(x).exp()

    model = Rentals()
    return model, torch.optim.SGD(model.parameters(), lr=0.0625), nn.PoissonNLLLoss(eps=1e-7)


def training_data():
    import numpy as np

    rng = np.random.default_rng(40)
    weather, station = rng.normal(size=(24, 6)).astype("float32"), rng.integers(0, 9, (24, 1)).astype("int32")
    return (weather, station), rng.poisson(1.0, (24, 1)).astype("float32")
