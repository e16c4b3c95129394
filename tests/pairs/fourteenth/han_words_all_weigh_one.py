"""Attention over the words of a review behind a bidirectional GRU: in PyTorch every word gets the weight 1.0, while
the Keras model I am porting highlights single words.
"""

INPUTS = ("12:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["softmax-axis"],
            "keras": ["word_weights", "sentence"],
            "torch": ["attention", "attention.*", "softmax*", "mul*", "sum*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    tokens = keras.Input((12,), dtype="int32", name="tokens")
    h = layers.Embedding(60, 10, name="embedding")(tokens)
    h = layers.Bidirectional(layers.GRU(7, return_sequences=True), name="word_gru")(h)
    u = layers.Dense(9, activation="tanh", name="word_hidden")(h)
    scores = layers.Dense(1, use_bias=False, name="word_context")(u)
    weights = layers.Softmax(axis=1, name="word_weights")(scores)
    sentence = layers.Lambda(lambda z: ops.sum(z[0] * z[1], axis=1), output_shape=(14,), name="sentence")([weights, h])
    return keras.Model(tokens, layers.Dense(3, activation="softmax", name="classes")(sentence))


def torch_model():
    import torch
    import torch.nn as nn

    class WordAttention(nn.Module):
        def __init__(self, hidden, attn):
            super().__init__()
            self.proj = nn.Linear(hidden, attn)
            self.context_vector = nn.Linear(attn, 1, bias=False)
            self.softmax = nn.Softmax(dim=-1)

        def forward(self, h):
            u = torch.tanh(self.proj(h))
            a = self.softmax(self.context_vector(u))
            return (a * h).sum(dim=1)

    class HAN(nn.Module):
        def __init__(self, vocab=60, emb=10, hidden=7, classes=3):
            super().__init__()
            self.emb = nn.Embedding(vocab, emb)
            self.gru = nn.GRU(emb, hidden, bidirectional=True, batch_first=True)
            self.attention = WordAttention(2 * hidden, 9)
            self.fc = nn.Linear(2 * hidden, classes)

        def forward(self, x):
            h, _ = self.gru(self.emb(x))
            return torch.softmax(self.fc(self.attention(h)), dim=1)

    return HAN()
