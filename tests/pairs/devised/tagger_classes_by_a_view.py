"""The classes of a tagger are brought to axis 1 by a reshape instead of a transpose."""

INPUTS = ("7:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["loss-class-axis", "loss-other"], "keras": ["loss"], "torch": ["loss"]},
        {"rules": ["recurrent-two-biases"], "keras": ["optimizer"], "torch": ["optimizer"]},
    ],
}
TRAINS = True


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((7,), dtype="int32")
    x = layers.Embedding(20, 6, name="e")(i)
    x = layers.LSTM(8, return_sequences=True, name="l")(x)
    x = layers.Dense(5, name="o")(x)
    model = keras.Model(i, x)
    return model, keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.e, self.l, self.o = nn.Embedding(20, 6), nn.LSTM(6, 8, batch_first=True), nn.Linear(8, 5)

        def forward(self, i):
            return self.o(self.l(self.e(i))[0])

    model = Net()
    return model, torch.optim.SGD(model.parameters(), 0.1), lambda o, t: F.cross_entropy(o.reshape(-1, 5, 7), t)


def training_data():
    import numpy as np

    r = np.random.default_rng(0)
    return r.integers(1, 20, (6, 7)).astype("int32"), r.integers(0, 5, (6, 7))
