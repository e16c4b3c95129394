"""Bidirectional GRU tagger, both sides default: reset_after is true in both, gates are stored in another order."""

INPUTS = ("9x4",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    class Tagger(keras.Model):
        def __init__(self):
            super().__init__()
            self.rnn = layers.Bidirectional(layers.GRU(5, return_sequences=True))
            self.scores = layers.Dense(3)

        def call(self, x):
            return self.scores(self.rnn(x))

    model = Tagger()
    model(keras.ops.zeros((1, 9, 4)))
    return model


def torch_model():
    from torch import nn

    class Tagger(nn.Module):
        def __init__(self):
            super().__init__()
            self.gru = nn.GRU(4, 5, bidirectional=True)
            self.hidden2tag = nn.Linear(10, 3)

        def forward(self, x):
            out, _ = self.gru(x.permute(1, 0, 2))
            return self.hidden2tag(out).permute(1, 0, 2)

    return Tagger()
