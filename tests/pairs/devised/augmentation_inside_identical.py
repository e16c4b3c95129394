"""Keras flips, turns and scales its images inside the model; PyTorch only scales them there."""

INPUTS = ("8x8x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((8, 8, 3))
    x = layers.RandomFlip("horizontal")(x)
    x = layers.RandomRotation(0.1)(x)
    x = layers.Rescaling(1 / 127.5, offset=-1)(x)
    x = layers.Conv2D(4, 3, activation="relu", name="c")(x)
    return keras.Model(inputs, layers.Dense(2, name="out")(layers.Flatten()(x)))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c, self.out = nn.Conv2d(3, 4, 3), nn.Linear(144, 2)

        def forward(self, x):
            x = x / 127.5 - 1
            return self.out(F.relu(self.c(x)).permute(0, 2, 3, 1).flatten(1))

    return Net()
