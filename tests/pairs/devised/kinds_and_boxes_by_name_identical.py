"""A network with a class and a box head, outputs and targets in dicts, trains with two losses on both sides."""

INPUTS = ("6",)
TRUTH = {"identical": True}
TRAINS = True


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((6,), name="x")
    h = layers.Dense(8, activation="relu", name="h")(x)
    model = keras.Model(x, {"kinds": layers.Dense(3, name="kinds")(h), "box": layers.Dense(4, name="box")(h)})
    model.compile(
        optimizer=keras.optimizers.SGD(0.05),
        loss={"kinds": keras.losses.SparseCategoricalCrossentropy(from_logits=True), "box": "mse"},
        loss_weights={"kinds": 1.0, "box": 2.0},
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
            return {"kinds": self.kinds(x), "box": self.box(x)}

    def loss(out, y):
        return F.cross_entropy(out["kinds"], y["kinds"]) + 2 * F.mse_loss(out["box"], y["box"])

    model = Net()
    return model, torch.optim.SGD(model.parameters(), 0.05), loss
