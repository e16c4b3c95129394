"""Two branches are averaged in Keras and multiplied in the port."""

INPUTS = ("6",)
TRUTH = {"identical": False, "causes": [{"rules": ["join-other"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((6,), name="x")
    h = layers.Dense(8, name="a")(x)
    g = layers.Dense(8, name="b")(x)
    return keras.Model(x, layers.Dense(3, name="out")(layers.Average(name="m")([h, g])))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.out = nn.Linear(6, 8), nn.Linear(6, 8), nn.Linear(8, 3)

        def forward(self, x):
            h = self.a(x)
            return self.out(h * self.b(x))

    return Net()
