"""A convolutional forecaster of several signals is trained; PyTorch gives them channels first."""

INPUTS = ("9x2",)
TRUTH = {"identical": True}
TRAINS = True


def keras_model():
    import keras
    from keras import layers

    x = i = keras.Input((9, 2))
    x = layers.Conv1D(6, 3, padding="same", activation="relu", name="a")(x)
    x = layers.Conv1D(2, 3, padding="same", name="b")(x)
    model = keras.Model(i, x)
    return model, keras.optimizers.SGD(0.1), "mse"


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv1d(2, 6, 3, padding=1), nn.ReLU(), nn.Conv1d(6, 2, 3, padding=1))
    return model, torch.optim.SGD(model.parameters(), 0.1), nn.MSELoss()


def training_data():
    import numpy as np

    r = np.random.default_rng(0)
    x = r.random((6, 9, 2)).astype("float32")
    return x, r.random((6, 9, 2)).astype("float32")
