"""Letters one by one: a GRU language model whose first state is a trained vector. In Keras a small layer repeats it for
the batch, in PyTorch it is a parameter that is expanded.
"""

INPUTS = ("11:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Start(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.vector = self.add_weight(shape=(units,), initializer="random_normal", name="vector")

        def call(self, x):
            return ops.broadcast_to(self.vector, (ops.shape(x)[0], self.vector.shape[0]))

    class LetterModel(keras.Model):
        def __init__(self):
            super().__init__()
            self.letters = layers.Embedding(32, 7, name="letters")
            self.start = Start(13, name="start")
            self.gru = layers.GRU(13, return_sequences=True, name="gru")
            self.next_letter = layers.Dense(32, activation="log_softmax", name="next_letter")

        def call(self, ids):
            x = self.letters(ids)
            return self.next_letter(self.gru(x, initial_state=self.start(x)))

    return LetterModel()


def torch_model():
    import torch
    from torch import nn

    class CharGRU(nn.Module):
        def __init__(self, n_chars=32, emb=7, hidden=13):
            super().__init__()
            self.h0 = nn.Parameter(torch.randn(1, 1, hidden) * 0.1)
            self.encoder = nn.Embedding(n_chars, emb)
            self.gru = nn.GRU(emb, hidden)
            self.decoder = nn.Linear(hidden, n_chars)

        def forward(self, chars):
            seq = self.encoder(chars.t())
            h0 = self.h0.expand(-1, chars.shape[0], -1).contiguous()
            out, _ = self.gru(seq, h0)
            return torch.log_softmax(self.decoder(out), dim=-1).transpose(0, 1)

    return CharGRU()
