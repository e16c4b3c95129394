"""Both attentions have a dropout argument, and I gave them different numbers."""

INPUTS = ("6x8",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["dropout-rate"], "keras": ["att", "att.dropout"], "torch": ["att"], "visible": False}],
}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((6, 8))
    x = layers.MultiHeadAttention(2, 4, dropout=0.1, name="att")(i, i)
    return keras.Model(i, layers.Dense(3, name="o")(x))


def torch_model():
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.att = nn.MultiheadAttention(8, 2, dropout=0.2, batch_first=True)
            self.o = nn.Linear(8, 3)

        def forward(self, x):
            return self.o(self.att(x, x, x)[0])

    return M()
