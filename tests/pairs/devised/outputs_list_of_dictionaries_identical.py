"""Every stage gives a dictionary, and the model a list of them."""

INPUTS = ["8"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((8,))
    x = layers.Dense(6, activation="relu")(i)
    return keras.Model(
        i, [{"cls": layers.Dense(3, name=f"c{k}")(x), "box": layers.Dense(4, name=f"b{k}")(x)} for k in range(2)]
    )


def torch_model():
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(8, 6)
            self.c = nn.ModuleList([nn.Linear(6, 3) for _ in range(2)])
            self.b = nn.ModuleList([nn.Linear(6, 4) for _ in range(2)])

        def forward(self, x):
            x = self.a(x).relu()
            return [{"cls": c(x), "box": b(x)} for c, b in zip(self.c, self.b)]

    return M()
