"""Two stacked GRUs: ``h[0]`` is the last state of the first layer, I wanted that of the second."""

INPUTS = ("10x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["recurrent-last-step", "wiring-other", "recurrent-state-order"],
            "keras": ["gru_1", "dense", "gru_top", "head"],
            "torch": ["gru", "getitem*", "head", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((10, 4))
    x = layers.TimeDistributed(layers.Dense(6, activation="tanh"))(inputs)
    x = layers.GRU(7, return_sequences=True)(x)
    x = layers.GRU(7, name="gru_top")(x)
    return keras.Model(inputs, layers.Dense(1, name="head")(x))


def torch_model():
    import torch
    from torch import nn

    class Forecaster(nn.Module):
        def __init__(self):
            super().__init__()
            self.project = nn.Linear(4, 6)
            self.gru = nn.GRU(6, 7, num_layers=2, batch_first=True)
            self.head = nn.Linear(7, 1)

        def forward(self, x):
            _, h = self.gru(torch.tanh(self.project(x)))
            return self.head(h[0])

    return Forecaster()
