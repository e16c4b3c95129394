"""A classifier with an auxiliary head that only train mode gives out, as Inception has; Keras is without it."""

INPUTS = ("8x8x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["layer-missing"], "keras": [""], "torch": ["aux"], "visible": False}],
}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, activation="relu", name="c")(x)
    x = layers.Flatten()(x)
    return keras.Model(inputs, layers.Dense(3, name="d")(x))


def torch_model():
    from collections import namedtuple

    import torch
    from torch import nn

    Out = namedtuple("Out", ["logits", "aux"])

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c, self.d, self.aux = nn.Conv2d(3, 4, 3), nn.Linear(144, 3), nn.Linear(144, 3)

        def forward(self, x):
            x = torch.relu(self.c(x)).flatten(1)
            if self.training:
                return Out(self.d(x), self.aux(x))
            return self.d(x)

    return Net()
