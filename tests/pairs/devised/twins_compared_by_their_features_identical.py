"""Two photos through one encoder; differences and products of their flattened features say whether they match."""

INPUTS = ("6x6x3", "6x6x3")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    left, right = keras.Input((6, 6, 3), name="left"), keras.Input((6, 6, 3), name="right")
    encoder = keras.Sequential([layers.Conv2D(4, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten()])
    one, other = encoder(left), encoder(right)
    apart = layers.Lambda(lambda both: keras.ops.abs(both[0] - both[1]))([one, other])
    x = layers.Concatenate()([apart, one * other])
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(x))


def torch_model():
    import torch
    from torch import nn

    class Twins(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
            self.out = nn.Linear(32, 1)

        def forward(self, left, right):
            one, other = self.encoder(left), self.encoder(right)
            return torch.sigmoid(self.out(torch.cat([(one - other).abs(), one * other], 1)))

    return Twins()
