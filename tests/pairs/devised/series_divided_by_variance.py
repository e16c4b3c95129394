"""The port divides by the variance where Keras divides by the deviation."""

INPUTS = ("12x4",)
TRUTH = {"identical": False, "causes": [{"rules": ["data-variance-or-deviation"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((12, 4), name="x")
    y = layers.Normalization(mean=[1.0, 2.0, 3.0, 4.0], variance=[1.0, 4.0, 9.0, 16.0], name="norm")(x)
    y = layers.LSTM(6, name="lstm")(y)
    return keras.Model(x, layers.Dense(1, name="out")(y))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("mean", torch.tensor([1.0, 2.0, 3.0, 4.0]))
            self.register_buffer("std", torch.tensor([1.0, 2.0, 3.0, 4.0]))
            self.lstm = nn.LSTM(4, 6, batch_first=True)
            self.out = nn.Linear(6, 1)

        def forward(self, x):
            x = (x - self.mean) / self.std**2
            return self.out(self.lstm(x)[0][:, -1])

    return Net()
