"""The mean error and that of differences between rows, as a function on both sides."""

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
    return (
        model,
        keras.optimizers.SGD(0.1),
        lambda y, p: (
            keras.ops.mean(keras.ops.abs(y - p))
            + keras.ops.mean(keras.ops.abs((p[:, 1:] - p[:, :-1]) - (y[:, 1:] - y[:, :-1])))
        ),
    )


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.ReLU(), nn.Conv2d(6, 3, 3, padding=1))
    return (
        model,
        torch.optim.SGD(model.parameters(), 0.1),
        lambda o, t: (o - t).abs().mean() + ((o[:, :, 1:] - o[:, :, :-1]) - (t[:, :, 1:] - t[:, :, :-1])).abs().mean(),
    )


def training_data():
    import numpy as np

    r = np.random.default_rng(0)
    x = r.random((6, 8, 8, 3)).astype("float32")
    return x, x
