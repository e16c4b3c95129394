"""Embedding, two BiLSTM layers, additive attention pooling: nn.LSTM(num_layers=2, bidirectional=True) in PyTorch."""

INPUTS = ("11:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class AttentionPooling(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.proj = layers.Dense(units, activation="tanh")
            self.score = layers.Dense(1, use_bias=False)

        def call(self, h):
            weights = ops.softmax(self.score(self.proj(h)), axis=1)
            return ops.sum(weights * h, axis=1)

    tokens = keras.Input((11,), dtype="int32")
    x = layers.Embedding(20, 6)(tokens)
    x = layers.Bidirectional(layers.LSTM(5, return_sequences=True))(x)
    x = layers.Bidirectional(layers.LSTM(5, return_sequences=True))(x)
    x = AttentionPooling(7)(x)
    x = layers.Dropout(0.5)(x)
    return keras.Model(tokens, layers.Dense(3, activation="softmax")(x))


def torch_model():
    import torch
    from torch import nn

    class AttnBiLSTM(nn.Module):
        def __init__(self, vocab=20, emb=6, hidden=5, att=7, classes=3):
            super().__init__()
            self.embedding = nn.Embedding(vocab, emb)
            self.lstm = nn.LSTM(emb, hidden, num_layers=2, bidirectional=True, batch_first=True)
            self.W = nn.Linear(2 * hidden, att)
            self.u = nn.Linear(att, 1, bias=False)
            self.drop = nn.Dropout(0.5)
            self.fc = nn.Linear(2 * hidden, classes)

        def forward(self, tokens):
            h, _ = self.lstm(self.embedding(tokens))
            a = torch.softmax(self.u(torch.tanh(self.W(h))).squeeze(-1), dim=1)
            pooled = torch.bmm(a.unsqueeze(1), h).squeeze(1)
            return self.fc(self.drop(pooled)).softmax(dim=-1)

    return AttnBiLSTM()
