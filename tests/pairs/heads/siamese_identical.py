"""One tower applied to two images: a shared layer, absolute difference in a Lambda, one score."""

INPUTS = ("8x8x1", "8x8x1")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    tower = keras.Sequential(
        [layers.Conv2D(4, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(6)]
    )
    left, right = keras.Input((8, 8, 1), name="left"), keras.Input((8, 8, 1), name="right")
    distance = layers.Lambda(lambda pair: ops.abs(pair[0] - pair[1]))([tower(left), tower(right)])
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(distance))


def torch_model():
    import torch
    from torch import nn

    class Siamese(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 4, 3)
            self.pool = nn.MaxPool2d(2, 2)
            self.embed = nn.Linear(36, 6)
            self.out = nn.Linear(6, 1)

        def forward_once(self, x):
            x = self.pool(torch.relu(self.conv(x)))
            return self.embed(x.view(x.size(0), -1))

        def forward(self, left, right):
            distance = torch.abs(self.forward_once(left) - self.forward_once(right))
            return torch.sigmoid(self.out(distance))

    return Siamese()
