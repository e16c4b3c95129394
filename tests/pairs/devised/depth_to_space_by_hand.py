"""Keras lays pixels out by reshaping and transposing, the port by a pixel shuffle in another order."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": False, "causes": [{"rules": ["pixel-shuffle-order"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers, ops

    x = keras.Input((16, 16, 3), name="x")
    y = layers.Conv2D(8, 3, padding="same", activation="relu", name="stem")(x)
    z = layers.Conv2D(16, 3, padding="same", name="c1")(y)
    z = ops.reshape(z, (-1, 16, 16, 2, 2, 4))
    z = ops.reshape(ops.transpose(z, (0, 1, 3, 2, 4, 5)), (-1, 32, 32, 4))
    y = layers.Conv2D(8, 3, padding="same", name="c2")(z)
    y = layers.GlobalAveragePooling2D(name="gap")(y)
    return keras.Model(x, layers.Dense(3, name="out")(y))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(3, 8, 3, padding=1)
            self.c1, self.c2 = nn.Conv2d(8, 16, 3, padding=1), nn.Conv2d(4, 8, 3, padding=1)
            self.out = nn.Linear(8, 3)

        def forward(self, x):
            y = F.relu(self.stem(x))
            y = self.c2(F.pixel_shuffle(self.c1(y), 2))
            return self.out(y.mean((2, 3)))

    return Net()
