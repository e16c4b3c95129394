"""Hierarchical attention network for long reviews: TimeDistributed sentence encoder with an own attention layer in
Keras, in PyTorch the sentences are folded into the batch.
"""

INPUTS = ("4x6:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class AttLayer(layers.Layer):
        def __init__(self, attention_dim, **kwargs):
            super().__init__(**kwargs)
            self.attention_dim = attention_dim

        def build(self, input_shape):
            self.W = self.add_weight(shape=(input_shape[-1], self.attention_dim), name="W")
            self.b = self.add_weight(shape=(self.attention_dim,), initializer="zeros", name="b")
            self.u = self.add_weight(shape=(self.attention_dim, 1), name="u")

        def call(self, x):
            uit = ops.tanh(ops.matmul(x, self.W) + self.b)
            ait = ops.exp(ops.squeeze(ops.matmul(uit, self.u), -1))
            ait = ait / ops.sum(ait, axis=1, keepdims=True)
            return ops.sum(x * ops.expand_dims(ait, -1), axis=1)

        def compute_output_shape(self, input_shape):
            return (input_shape[0], input_shape[-1])

    sentence = keras.Input((6,), dtype="int32")
    x = layers.Embedding(70, 9, name="words")(sentence)
    x = layers.Bidirectional(layers.GRU(6, return_sequences=True), name="word_gru")(x)
    encoder = keras.Model(sentence, AttLayer(8, name="word_attention")(x), name="sentence_encoder")

    review = keras.Input((4, 6), dtype="int32")
    x = layers.TimeDistributed(encoder, name="sentences")(review)
    x = layers.Bidirectional(layers.GRU(5, return_sequences=True), name="sentence_gru")(x)
    x = AttLayer(7, name="sentence_attention")(x)
    return keras.Model(review, layers.Dense(5, activation="softmax", name="stars")(x))


def torch_model():
    import torch
    from torch import nn

    class AttentiveGRU(nn.Module):
        def __init__(self, input_size, hidden_size, att_size):
            super().__init__()
            self.gru = nn.GRU(input_size, hidden_size, bidirectional=True, batch_first=True)
            self.attention = nn.Linear(2 * hidden_size, att_size)
            self.context = nn.Linear(att_size, 1, bias=False)

        def forward(self, x):
            states, _ = self.gru(x)
            weights = torch.softmax(self.context(torch.tanh(self.attention(states))), dim=1)
            return (weights.transpose(1, 2) @ states).squeeze(1)

    class HAN(nn.Module):
        def __init__(self, vocab_size=70, emb_size=9, num_classes=5):
            super().__init__()
            self.embeddings = nn.Embedding(vocab_size, emb_size)
            self.word_level = AttentiveGRU(emb_size, 6, 8)
            self.sentence_level = AttentiveGRU(12, 5, 7)
            self.fc = nn.Linear(10, num_classes)

        def forward(self, documents):
            batch, sentences, words = documents.shape
            x = self.word_level(self.embeddings(documents.reshape(batch * sentences, words)))
            x = self.sentence_level(x.reshape(batch, sentences, -1))
            return self.fc(x).softmax(dim=-1)

    return HAN()
