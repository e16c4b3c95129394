"""Tokens have two embeddings that are joined; in PyTorch it is one of the whole width."""

INPUTS = ["4:int32"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    c = keras.Input((4,), dtype="int32")
    u = layers.Embedding(10, 3, name="left")(c)
    v = layers.Embedding(10, 5, name="right")(c)
    x = layers.LSTM(4)(layers.Concatenate()([u, v]))
    return keras.Model(c, layers.Dense(2)(x))


def torch_model():
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.e = nn.Embedding(10, 8)
            self.r = nn.LSTM(8, 4, batch_first=True)
            self.o = nn.Linear(4, 2)

        def forward(self, c):
            return self.o(self.r(self.e(c))[1][0][-1])

    return M()
