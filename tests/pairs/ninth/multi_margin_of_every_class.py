"""Iris with a margin loss: categorical_hinge there; here nn.MultiMarginLoss, whose documentation sounds the same."""

INPUTS = ("4",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["loss-other", "loss-hinge-labels"], "keras": ["loss"], "torch": ["loss"]}],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [layers.Input((4,)), layers.Dense(12, activation="tanh", name="hidden"), layers.Dense(3, name="scores")]
    )
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.0625), loss="categorical_hinge")
    return model


def torch_model():
    import torch
    from torch import nn

    class Iris(nn.Module):
        def __init__(self):
            super().__init__()
            self.l1, self.l2 = nn.Linear(4, 12), nn.Linear(12, 3)

        def forward(self, x):
            return self.l2(torch.tanh(self.l1(x)))

    margin = nn.MultiMarginLoss()

    def criterion(scores, one_hot):
        return margin(scores, one_hot.argmax(dim=1))

    net = Iris()
    return net, torch.optim.SGD(net.parameters(), lr=0.0625), criterion


def training_data():
    import numpy as np

    rng = np.random.default_rng(150)
    return rng.normal(size=(24, 4)).astype("float32"), np.eye(3, dtype="float32")[rng.integers(0, 3, 24)]
