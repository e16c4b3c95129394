"""Two bidirectional layers of Keras; in PyTorch each direction is a layer of its own and code turns the steps round."""

INPUTS = ("7x4",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((7, 4))
    y = layers.Bidirectional(layers.LSTM(3, return_sequences=True), name="bi")(x)
    y = layers.Bidirectional(layers.GRU(3), name="bi2")(y)
    return keras.Model(x, layers.Dense(2, name="o")(y))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.f, self.b = nn.LSTM(4, 3, batch_first=True), nn.LSTM(4, 3, batch_first=True)
            self.f2, self.b2 = nn.GRU(6, 3, batch_first=True), nn.GRU(6, 3, batch_first=True)
            self.o = nn.Linear(6, 2)

        def forward(self, x):
            y = torch.cat([self.f(x)[0], self.b(x.flip(1))[0].flip(1)], -1)
            return self.o(torch.cat([self.f2(y)[0][:, -1], self.b2(y.flip(1))[0][:, -1]], -1))

    return Net()
