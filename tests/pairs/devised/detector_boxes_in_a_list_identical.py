"""A detector gives its boxes per level as a list inside a dictionary."""

INPUTS = ["8"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((8,))
    x = layers.Dense(6, activation="relu")(i)
    return keras.Model(
        i,
        {
            "boxes": [layers.Dense(4, name="b0")(x), layers.Dense(4, name="b1")(x)],
            "score": layers.Dense(1, name="s")(x),
        },
    )


def torch_model():
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.b = nn.Linear(8, 6)
            self.boxes = nn.ModuleList([nn.Linear(6, 4), nn.Linear(6, 4)])
            self.s = nn.Linear(6, 1)

        def forward(self, x):
            x = self.b(x).relu()
            return {"boxes": [f(x) for f in self.boxes], "score": self.s(x)}

    return M()
