"""Squeeze and excitation takes the largest pixel in the port; the units behind it may be dead at first."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": False, "causes": [{"rules": ["pool-other"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((16, 16, 3), name="x")
    y = layers.Conv2D(8, 3, padding="same", activation="relu", name="stem")(x)
    s = layers.GlobalAveragePooling2D(keepdims=True, name="sq")(y)
    s = layers.Conv2D(2, 1, activation="relu", name="r")(s)
    s = layers.Conv2D(8, 1, activation="sigmoid", name="e")(s)
    y = layers.Multiply(name="mul")([y, s])
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
            self.r, self.e = nn.Conv2d(8, 2, 1), nn.Conv2d(2, 8, 1)
            self.out = nn.Linear(8, 3)

        def forward(self, x):
            y = F.relu(self.stem(x))
            y = y * torch.sigmoid(self.e(F.relu(self.r(F.adaptive_max_pool2d(y, 1)))))
            return self.out(y.mean((2, 3)))

    return Net()
