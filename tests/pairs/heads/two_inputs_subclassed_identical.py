"""A subclassed Keras model that takes a pair of inputs and gives two outputs."""

INPUTS = ("10", "6")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.a = layers.Dense(8, activation="relu")
            self.b = layers.Dense(8, activation="relu")
            self.r = layers.Dense(1)
            self.c = layers.Dense(4)

        def call(self, inp):
            x, y = inp
            h = keras.ops.concatenate([self.a(x), self.b(y)], -1)
            return (self.r(h), self.c(h))

    m = Net()
    m((keras.ops.zeros((1, 10)), keras.ops.zeros((1, 6))))
    return m


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(10, 8)
            self.b = nn.Linear(6, 8)
            self.r = nn.Linear(16, 1)
            self.c = nn.Linear(16, 4)

        def forward(self, x, y):
            h = torch.cat([torch.relu(self.a(x)), torch.relu(self.b(y))], -1)
            return (self.r(h), self.c(h))

    return Net()
