"""Regression: predictions are (B, 1), targets (B,). PyTorch compares every prediction with every target.

pytorch/pytorch issue 16045.
"""

INPUTS = ["4"]
TRAINS = True
TRUTH = {"identical": False, "causes": [{"rules": ["loss-broadcast"], "keras": ["loss"], "torch": ["loss"]}]}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(1)])
    return model, keras.optimizers.SGD(0.01), keras.losses.MeanSquaredError()


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
    return model, torch.optim.SGD(model.parameters(), 0.01), nn.MSELoss()


def training_data():
    import numpy as np

    numbers = np.random.default_rng(0)
    inputs = numbers.normal(size=(24, 4)).astype("float32")
    return inputs, inputs.sum(1)
