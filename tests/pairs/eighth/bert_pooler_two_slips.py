"""One-file BERT with one layer, sentence pairs and padding: hidden state and pooled vector come out. PyTorch has its
LayerNorm defaults behind the feed-forward part, and the pooler is just a dense layer.
"""

INPUTS = ("10:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["norm-epsilon"], "keras": ["ffn_norm"], "torch": ["output_norm"]},
        {"rules": ["activation-other"], "keras": ["pooler"], "torch": ["pooler*", "getitem*", "select*", ""]},
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class BertEmbeddings(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.word = layers.Embedding(40, width, name="word")
            self.position = layers.Embedding(16, width, name="position")
            self.norm = layers.LayerNormalization(epsilon=1e-12, name="norm")
            self.dropout = layers.Dropout(0.1)

        def call(self, ids, training=False):
            x = self.word(ids) + self.position(ops.arange(ids.shape[1]))
            return self.dropout(self.norm(x), training=training)

    ids = keras.Input((10,), dtype="int32")
    real = layers.Lambda(lambda t: ops.expand_dims(ops.not_equal(t, 0), 1), name="real")(ids)
    x = BertEmbeddings(16, name="embeddings")(ids)
    a = layers.MultiHeadAttention(4, 4, name="attention")(x, x, attention_mask=real)
    x = layers.LayerNormalization(epsilon=1e-12, name="attention_norm")(layers.Add()([x, layers.Dropout(0.1)(a)]))
    y = layers.Dense(32, name="intermediate")(x)
    y = layers.Dense(16, name="ffn")(layers.Activation("gelu", name="gelu")(y))
    x = layers.LayerNormalization(epsilon=1e-12, name="ffn_norm")(layers.Add()([x, layers.Dropout(0.1)(y)]))
    pooled = layers.Dense(16, activation="tanh", name="pooler")(x[:, 0])
    return keras.Model(ids, [x, pooled])


def torch_model():
    import torch
    from torch import nn

    class Bert(nn.Module):
        def __init__(self, d=16, h=4):
            super().__init__()
            self.h = h
            self.word_embeddings = nn.Embedding(40, d)
            self.position_embeddings = nn.Embedding(16, d)
            self.embedding_norm = nn.LayerNorm(d, eps=1e-12)
            self.query, self.key, self.value, self.attention_output = (nn.Linear(d, d) for _ in range(4))
            self.attention_norm = nn.LayerNorm(d, eps=1e-12)
            self.intermediate, self.output = nn.Linear(d, 2 * d), nn.Linear(2 * d, d)
            self.output_norm = nn.LayerNorm(d)
            self.pooler = nn.Linear(d, d)
            self.dropout = nn.Dropout(0.1)

        def split(self, t):
            return t.unflatten(-1, (self.h, -1)).transpose(1, 2)

        def forward(self, input_ids):
            positions = torch.arange(input_ids.size(1), device=input_ids.device)
            x = self.embedding_norm(self.word_embeddings(input_ids) + self.position_embeddings(positions))
            x = self.dropout(x)
            q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
            scores = (q @ k.mT) / q.shape[-1] ** 0.5
            scores = scores.masked_fill((input_ids == 0)[:, None, None, :], torch.finfo(scores.dtype).min)
            context = (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)
            x = self.attention_norm(x + self.dropout(self.attention_output(context)))
            hidden = self.output(nn.functional.gelu(self.intermediate(x)))
            x = self.output_norm(x + self.dropout(hidden))
            return x, self.pooler(x[:, 0])

    return Bert()
