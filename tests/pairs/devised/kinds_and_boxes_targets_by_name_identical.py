"""The outputs come in a list, the targets in a dict, and both sides take the box loss of Huber."""

INPUTS = ("6",)
TRUTH = {"identical": True}
TRAINS = True


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((6,), name="x")
    h = layers.Dense(8, activation="relu", name="h")(x)
    model = keras.Model(x, [layers.Dense(3, name="kinds")(h), layers.Dense(4, name="box")(h)])
    model.compile(
        optimizer=keras.optimizers.SGD(0.05),
        loss={"kinds": keras.losses.SparseCategoricalCrossentropy(from_logits=True), "box": "huber"},
    )
    return model


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.h = nn.Linear(6, 8)
            self.kinds = nn.Linear(8, 3)
            self.box = nn.Linear(8, 4)

        def forward(self, x):
            x = F.relu(self.h(x))
            return self.kinds(x), self.box(x)

    def loss(out, y):
        kinds, box = out
        return F.cross_entropy(kinds, y["kinds"]) + F.huber_loss(box, y["box"])

    model = Net()
    return model, torch.optim.SGD(model.parameters(), 0.05), loss


def training_data():
    import numpy as np

    rng = np.random.default_rng(0)
    return rng.normal(size=(12, 6)).astype("float32"), {
        "kinds": rng.integers(0, 3, 12),
        "box": rng.normal(size=(12, 4)).astype("float32"),
    }
