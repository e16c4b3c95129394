"""A sigmoid gate of all flattened features, taken over weight by weight."""

INPUTS = ("4x4x2",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["flatten-order"], "keras": ["multiply", "g"], "torch": ["mul", "g", ""]}],
}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((4, 4, 2))
    x = layers.Conv2D(3, 3, name="c")(i)
    f = layers.Flatten()(x)
    g = layers.Dense(12, activation="sigmoid", name="g")(f)
    x = layers.Multiply()([f, g])
    return keras.Model(i, layers.Dense(2, name="o")(x))


def torch_model():
    import torch
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.c = nn.Conv2d(2, 3, 3)
            self.g = nn.Linear(12, 12)
            self.o = nn.Linear(12, 2)

        def forward(self, x):
            f = self.c(x).flatten(1)
            return self.o(f * torch.sigmoid(self.g(f)))

    return M()
