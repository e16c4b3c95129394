"""Hierarchical attention for documents: TimeDistributed sentence encoder in Keras, a view to (B * S, W) in PyTorch."""

INPUTS = ("4x6:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class AttLayer(layers.Layer):
        def __init__(self, attention_dim, **kwargs):
            super().__init__(**kwargs)
            self.attention_dim = attention_dim

        def build(self, shape):
            self.W = self.add_weight(shape=(shape[-1], self.attention_dim), name="W")
            self.b = self.add_weight(shape=(self.attention_dim,), name="b")
            self.u = self.add_weight(shape=(self.attention_dim, 1), name="u")

        def call(self, x):
            uit = ops.tanh(ops.matmul(x, self.W) + self.b)
            ait = ops.exp(ops.squeeze(ops.matmul(uit, self.u), -1))
            ait = ait / ops.sum(ait, axis=1, keepdims=True)
            return ops.sum(x * ops.expand_dims(ait, -1), axis=1)

    sentence = keras.Input((6,), dtype="int32")
    x = layers.Embedding(30, 8, name="words")(sentence)
    x = layers.Bidirectional(layers.GRU(5, return_sequences=True), name="word_gru")(x)
    x = AttLayer(7, name="word_attention")(x)
    sent_encoder = keras.Model(sentence, x, name="sentence_encoder")

    review = keras.Input((4, 6), dtype="int32")
    x = layers.TimeDistributed(sent_encoder, name="sentences")(review)
    x = layers.Bidirectional(layers.GRU(5, return_sequences=True), name="sentence_gru")(x)
    x = AttLayer(7, name="sentence_attention")(x)
    return keras.Model(review, layers.Dense(3, activation="softmax", name="preds")(x))


def torch_model():
    import torch
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, width, att):
            super().__init__()
            self.proj = nn.Linear(width, att)
            self.context = nn.Linear(att, 1, bias=False)

        def forward(self, h):
            alpha = self.context(torch.tanh(self.proj(h))).softmax(dim=1)
            return torch.einsum("bto,btd->bd", alpha, h)

    class Level(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.gru = nn.GRU(width, 5, batch_first=True, bidirectional=True)
            self.attention = Attention(10, 7)

        def forward(self, x):
            return self.attention(self.gru(x)[0])

    class HAN(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(30, 8)
            self.word_level = Level(8)
            self.sentence_level = Level(10)
            self.classifier = nn.Linear(10, 3)

        def forward(self, docs):
            b, s, w = docs.size()
            sentences = self.word_level(self.embed(docs.reshape(b * s, w))).view(b, s, -1)
            return self.classifier(self.sentence_level(sentences)).softmax(-1)

    return HAN()
