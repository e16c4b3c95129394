"""Masking in front of an LSTM in Keras; the output of the last real step in PyTorch."""

INPUTS = ("7x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((7, 3))
    y = layers.Masking(0.0)(x)
    y = layers.LSTM(5, name="l")(y)
    return keras.Model(x, layers.Dense(2)(y))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.l, self.head = nn.LSTM(3, 5, batch_first=True), nn.Linear(5, 2)

        def forward(self, x):
            lengths = (x != 0).any(-1).sum(1).clamp(min=1)
            out, _ = self.l(x)
            return self.head(out[torch.arange(len(x)), lengths - 1])

    return Net()
