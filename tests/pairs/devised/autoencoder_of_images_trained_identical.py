"""An autoencoder of images is trained on its own inputs, channels last and channels first."""

INPUTS = ("8x8x3",)
TRUTH = {"identical": True}
TRAINS = True


def keras_model():
    import keras
    from keras import layers

    x = i = keras.Input((8, 8, 3))
    x = layers.Conv2D(6, 3, padding="same", activation="relu", name="a")(x)
    x = layers.Conv2D(3, 3, padding="same", name="b")(x)
    model = keras.Model(i, x)
    return model, keras.optimizers.SGD(0.1), "mse"


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.ReLU(), nn.Conv2d(6, 3, 3, padding=1))
    return model, torch.optim.SGD(model.parameters(), 0.1), nn.MSELoss()


def training_data():
    import numpy as np

    r = np.random.default_rng(0)
    x = r.random((6, 8, 8, 3)).astype("float32")
    return x, x
