"""The branches of the pyramid end in a rectifier in the port, and in nothing in Keras."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": False, "causes": [{"rules": ["activation-other"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((16, 16, 3), name="x")
    y = layers.Conv2D(8, 3, padding="same", activation="relu", name="stem")(x)
    b = [layers.Conv2D(4, 1, name="a0")(y)] + [
        layers.Conv2D(4, 3, padding="same", dilation_rate=d, name=f"a{d}")(y) for d in (2, 4)
    ]
    y = layers.Conv2D(8, 1, activation="relu", name="proj")(layers.Concatenate(name="cat")(b))
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
            self.a = nn.ModuleList(
                [
                    nn.Conv2d(8, 4, 1),
                    nn.Conv2d(8, 4, 3, padding=2, dilation=2),
                    nn.Conv2d(8, 4, 3, padding=4, dilation=4),
                ]
            )
            self.proj = nn.Conv2d(12, 8, 1)
            self.out = nn.Linear(8, 3)

        def forward(self, x):
            y = F.relu(self.stem(x))
            y = F.relu(self.proj(torch.cat([F.relu(a(y)) for a in self.a], 1)))
            return self.out(y.mean((2, 3)))

    return Net()
