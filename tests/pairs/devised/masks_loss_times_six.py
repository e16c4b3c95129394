"""weight= of BCEWithLogitsLoss was taken for the weight of the positives."""

INPUTS = ("8x8x3",)
TRUTH = {"identical": False, "causes": [{"rules": ["loss-factor"], "keras": ["loss"], "torch": ["loss"]}]}
TRAINS = True


def keras_model():
    import keras
    from keras import layers

    x = i = keras.Input((8, 8, 3))
    x = layers.Conv2D(6, 3, padding="same", activation="relu", name="a")(x)
    x = layers.Conv2D(3, 3, padding="same", name="b")(x)
    model = keras.Model(i, x)
    return model, keras.optimizers.SGD(0.1), keras.losses.BinaryCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    model = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.ReLU(), nn.Conv2d(6, 3, 3, padding=1))
    return model, torch.optim.SGD(model.parameters(), 0.1), nn.BCEWithLogitsLoss(weight=torch.tensor([6.0]))


def training_data():
    import numpy as np

    r = np.random.default_rng(0)
    return r.random((6, 8, 8, 3)).astype("float32"), (r.random((6, 8, 8, 3)) < 0.3).astype("float32")
