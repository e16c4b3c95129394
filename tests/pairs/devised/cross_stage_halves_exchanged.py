"""The port sends the other half of the channels through the convolution."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": False, "causes": [{"rules": ["split-order"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers, ops

    x = keras.Input((16, 16, 3), name="x")
    y = layers.Conv2D(8, 3, padding="same", activation="relu", name="stem")(x)
    a, b = ops.split(layers.Conv2D(8, 1, name="c1")(y), 2, axis=-1)
    b = layers.Conv2D(4, 3, padding="same", activation="silu", name="c2")(b)
    y = layers.Conv2D(8, 1, name="c3")(ops.concatenate([a, b], -1))
    y = layers.GlobalAveragePooling2D(name="gap")(y)
    return keras.Model(x, layers.Dense(3, name="out")(y))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(3, 8, 3, padding=1)
            self.c1, self.c2, self.c3 = nn.Conv2d(8, 8, 1), nn.Conv2d(4, 4, 3, padding=1), nn.Conv2d(8, 8, 1)
            self.out = nn.Linear(8, 3)

        def forward(self, x):
            y = F.relu(self.stem(x))
            b, a = self.c1(y).chunk(2, 1)
            y = self.c3(torch.cat([a, F.silu(self.c2(b))], 1))
            return self.out(y.mean((2, 3)))

    return Net()
