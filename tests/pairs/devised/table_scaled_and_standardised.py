"""Columns are scaled by one number in Keras and standardised in the port."""

INPUTS = ("5",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["preprocessing-inside", "data-preprocess-modes"], "keras": ["*"], "torch": ["*"]}],
}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((5,), name="x")
    y = layers.Rescaling(0.1, name="scale")(x)
    y = layers.Dense(8, activation="relu", name="d1")(y)
    return keras.Model(x, layers.Dense(1, name="out")(y))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("mean", torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0]))
            self.register_buffer("std", torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0]))
            self.d1 = nn.Linear(5, 8)
            self.out = nn.Linear(8, 1)

        def forward(self, x):
            x = (x - self.mean) / self.std
            return self.out(F.relu(self.d1(x)))

    return Net()
