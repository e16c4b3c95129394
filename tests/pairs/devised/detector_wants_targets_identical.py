"""A module that wants targets in train mode."""

INPUTS = ("8x8x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, activation="relu", name="c")(x)
    x = layers.Flatten()(x)
    return keras.Model(inputs, layers.Dense(3, name="d")(x))


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c, self.d = nn.Conv2d(3, 4, 3), nn.Linear(144, 3)

        def forward(self, x, targets=None):
            if self.training and targets is None:
                raise ValueError("targets are needed in training")
            return self.d(torch.relu(self.c(x)).flatten(1))

    return Net()
