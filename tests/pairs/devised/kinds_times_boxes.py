"""The port multiplies the losses of its two heads where Keras adds them."""

INPUTS = ("6",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["loss-other", "loss-factor"], "keras": ["loss", "*"], "torch": ["loss", "*"]}],
}
TRAINS = True


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((6,), name="x")
    h = layers.Dense(8, activation="relu", name="h")(x)
    model = keras.Model(x, [layers.Dense(3, name="kinds")(h), layers.Dense(4, name="box")(h)])
    model.compile(
        optimizer=keras.optimizers.SGD(0.05), loss=[keras.losses.SparseCategoricalCrossentropy(from_logits=True), "mse"]
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
        return (1 + F.cross_entropy(out[0], y[0])) * F.mse_loss(out[1], y[1])

    model = Net()
    return model, torch.optim.SGD(model.parameters(), 0.05), loss
