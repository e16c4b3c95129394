"""The port takes the means of blue, green and red away and leaves the colours as they are."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": False, "causes": [{"rules": ["data-channel-order"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    import numpy as np
    from keras import layers

    x = keras.Input((16, 16, 3), name="x")
    y = layers.Lambda(lambda t: t[..., ::-1] - np.array([103.939, 116.779, 123.68]), name="bgr")(x)
    y = layers.Conv2D(8, 3, padding="same", activation="relu", name="conv")(y)
    y = layers.GlobalAveragePooling2D(name="pool")(y)
    return keras.Model(x, layers.Dense(4, name="out")(y))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3, padding=1)
            self.out = nn.Linear(8, 4)

        def forward(self, x):
            x = x - torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)
            return self.out(F.relu(self.conv(x)).mean((2, 3)))

    return Net()
