"""The box loss is summed over the coordinates in the port, and Keras takes their mean."""

INPUTS = ("6",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["loss-reduction", "loss-sum-reduction"], "keras": ["loss", "*"], "torch": ["loss", "*"]}],
}
TRAINS = True


def keras_model():
    import keras
    from keras import layers

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.h = layers.Dense(8, activation="relu")
            self.kinds = layers.Dense(3)
            self.box = layers.Dense(4)

        def call(self, x):
            h = self.h(x)
            return self.kinds(h), self.box(h)

    model = Net()
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
        return F.cross_entropy(out[0], y[0]) + F.mse_loss(out[1], y[1], reduction="sum") / len(out[1])

    model = Net()
    return model, torch.optim.SGD(model.parameters(), 0.05), loss
