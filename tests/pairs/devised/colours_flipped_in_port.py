"""The port turns red and blue, and the weights were trained without that."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": False, "causes": [{"rules": ["data-channel-order"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((16, 16, 3), name="x")
    y = x
    y = layers.Conv2D(8, 3, padding="same", activation="relu", name="conv")(y)
    y = layers.GlobalAveragePooling2D(name="pool")(y)
    return keras.Model(x, layers.Dense(4, name="out")(y))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3, padding=1)
            self.out = nn.Linear(8, 4)

        def forward(self, x):
            x = x.flip(1)
            return self.out(F.relu(self.conv(x)).mean((2, 3)))

    return Net()
