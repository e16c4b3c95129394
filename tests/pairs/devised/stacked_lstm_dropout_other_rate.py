"""A Dropout layer between my two LSTMs, and dropout= of the stacked nn.LSTM."""

INPUTS = ("6x8",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["dropout-rate"], "keras": ["dropout"], "torch": ["l"], "visible": False}],
}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((6, 8))
    x = layers.LSTM(5, return_sequences=True, name="l1")(i)
    x = layers.Dropout(0.2)(x)
    x = layers.LSTM(5, name="l2")(x)
    return keras.Model(i, layers.Dense(3, name="o")(x))


def torch_model():
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.l = nn.LSTM(8, 5, 2, batch_first=True, dropout=0.5)
            self.o = nn.Linear(5, 3)

        def forward(self, x):
            return self.o(self.l(x)[0][:, -1])

    return M()
