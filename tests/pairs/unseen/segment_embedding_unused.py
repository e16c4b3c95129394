"""BERT-like encoder written by hand: the port builds the segment table and never adds it."""

INPUTS = ("8:int32", "8:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["branch-missing", "layer-missing", "positions-missing"],
            "keras": ["segment_embedding", "add_tables", "add", "embedding_norm"],
            "torch": ["embeddings", "embeddings.*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    words = keras.Input((8,), dtype="int32", name="input_ids")
    kinds = keras.Input((8,), dtype="int32", name="token_type_ids")
    positions = layers.Embedding(16, 12, name="position_embedding")(ops.cumsum(ops.ones_like(words), axis=1) - 1)
    x = layers.Add(name="add_tables")(
        [
            layers.Embedding(30, 12, name="word_embedding")(words),
            layers.Embedding(2, 12, name="segment_embedding")(ops.minimum(kinds, 1)),
        ]
    )
    x = layers.LayerNormalization(epsilon=1e-12, name="embedding_norm")(x + positions)
    for i in range(2):
        y = layers.MultiHeadAttention(3, 4, name=f"attention_{i}")(x, x)
        x = layers.LayerNormalization(epsilon=1e-12, name=f"attention_norm_{i}")(layers.Add()([x, y]))
        y = layers.Dense(24, activation="gelu", name=f"intermediate_{i}")(x)
        y = layers.Dense(12, name=f"output_{i}")(y)
        x = layers.LayerNormalization(epsilon=1e-12, name=f"output_norm_{i}")(layers.Add()([x, y]))
    pooled = layers.Dense(12, activation="tanh", name="pooler")(x[:, 0])
    return keras.Model([words, kinds], layers.Dense(2, name="classifier")(pooled))


def torch_model():
    import math

    import torch
    from torch import nn

    class Embeddings(nn.Module):
        def __init__(self, vocab=30, hidden=12):
            super().__init__()
            self.word_embeddings = nn.Embedding(vocab, hidden)
            self.position_embeddings = nn.Embedding(16, hidden)
            self.token_type_embeddings = nn.Embedding(2, hidden)
            self.LayerNorm = nn.LayerNorm(hidden, eps=1e-12)

        def forward(self, input_ids):
            position_ids = torch.arange(input_ids.size(1), device=input_ids.device).expand_as(input_ids)
            return self.LayerNorm(self.word_embeddings(input_ids) + self.position_embeddings(position_ids))

    class Layer(nn.Module):
        def __init__(self, hidden=12, heads=3):
            super().__init__()
            self.heads = heads
            self.query, self.key, self.value = (nn.Linear(hidden, hidden) for _ in range(3))
            self.dense = nn.Linear(hidden, hidden)
            self.norm1 = nn.LayerNorm(hidden, eps=1e-12)
            self.up, self.down = nn.Linear(hidden, 2 * hidden), nn.Linear(2 * hidden, hidden)
            self.norm2 = nn.LayerNorm(hidden, eps=1e-12)

        def split(self, x):
            return x.view(*x.shape[:2], self.heads, -1).permute(0, 2, 1, 3)

        def forward(self, x):
            q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
            p = nn.Softmax(dim=-1)(torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(q.size(-1)))
            context = torch.matmul(p, v).permute(0, 2, 1, 3).contiguous()
            x = self.norm1(self.dense(context.view(*context.shape[:2], -1)) + x)
            return self.norm2(self.down(nn.functional.gelu(self.up(x))) + x)

    class Bert(nn.Module):
        def __init__(self):
            super().__init__()
            self.embeddings = Embeddings()
            self.layer = nn.ModuleList([Layer(), Layer()])
            self.pooler = nn.Sequential(nn.Linear(12, 12), nn.Tanh())
            self.classifier = nn.Linear(12, 2)

        def forward(self, input_ids, token_type_ids):
            x = self.embeddings(input_ids)
            for layer in self.layer:
                x = layer(x)
            return self.classifier(self.pooler(x[:, 0]))

    return Bert()
