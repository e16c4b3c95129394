"""Adagrad begins at 0.1 in Keras with epsilon under the root; PyTorch can be told to do the same."""

INPUTS = ["5"]
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((5,)), layers.Dense(7, activation="relu"), layers.Dense(1)])
    return model, keras.optimizers.Adagrad(0.01), "mse"


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 1))
    optimizer = torch.optim.Adagrad(model.parameters(), 0.01, initial_accumulator_value=0.1 + 1e-7, eps=0)
    return model, optimizer, nn.MSELoss()
