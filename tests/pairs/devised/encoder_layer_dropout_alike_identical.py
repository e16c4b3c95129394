"""A Keras encoder block with all the dropouts of nn.TransformerEncoderLayer."""

INPUTS = ("6x8",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((6, 8))
    a = layers.MultiHeadAttention(2, 4, dropout=0.1, name="att")(i, i)
    x = layers.LayerNormalization(epsilon=1e-5, name="n1")(i + layers.Dropout(0.1)(a))
    f = layers.Dense(8, name="f2")(layers.Dropout(0.1)(layers.Dense(16, activation="relu", name="f1")(x)))
    x = layers.LayerNormalization(epsilon=1e-5, name="n2")(x + layers.Dropout(0.1)(f))
    return keras.Model(i, layers.Dense(3, name="o")(x))


def torch_model():
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.e = nn.TransformerEncoderLayer(8, 2, 16, 0.1, batch_first=True)
            self.o = nn.Linear(8, 3)

        def forward(self, x):
            return self.o(self.e(x))

    return M()
