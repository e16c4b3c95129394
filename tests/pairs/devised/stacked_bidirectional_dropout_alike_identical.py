"""Two bidirectional GRUs with a Dropout between them, and one stacked nn.GRU that drops as much."""

INPUTS = ("6x8",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((6, 8))
    x = layers.Bidirectional(layers.GRU(5, return_sequences=True), name="l1")(i)
    x = layers.Dropout(0.2)(x)
    x = layers.Bidirectional(layers.GRU(5, return_sequences=True), name="l2")(x)
    return keras.Model(i, layers.Dense(3, name="o")(x))


def torch_model():
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.l = nn.GRU(8, 5, 2, batch_first=True, dropout=0.2, bidirectional=True)
            self.o = nn.Linear(10, 3)

        def forward(self, x):
            return self.o(self.l(x)[0])

    return M()
