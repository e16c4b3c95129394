"""Passage ranking by late interaction: every query token looks for its best document token. The token vectors are
scaled to unit length with UnitNormalization in Keras and with F.normalize(x) in PyTorch; the scores come out other.
"""

INPUTS = ("6:int32", "11:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-axis"],
            "keras": ["unit_length*", "encoder*"],
            "torch": ["encoder*", "normalize*", "linalg*", "norm*", "clamp*", "expand*", "div*", "truediv*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class MaxSim(layers.Layer):
        def call(self, query, passage):
            sim = ops.einsum("bqd,bpd->bqp", query, passage)
            return ops.sum(ops.max(sim, axis=-1), axis=-1, keepdims=True)

    tokens = keras.Input((None,), dtype="int32")
    x = layers.Embedding(70, 20, name="tokens")(tokens)
    x = layers.Conv1D(24, 3, padding="same", activation="relu", name="context")(x)
    x = layers.Dense(12, use_bias=False, name="projection")(x)
    x = layers.UnitNormalization(name="unit_length")(x)
    encoder = keras.Model(tokens, x, name="encoder")

    query = keras.Input((6,), dtype="int32", name="query")
    passage = keras.Input((11,), dtype="int32", name="passage")
    score = MaxSim(name="max_sim")(encoder(query), encoder(passage))
    return keras.Model([query, passage], score)


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class TokenEncoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb = nn.Embedding(70, 20)
            self.conv = nn.Conv1d(20, 24, kernel_size=3, padding=1)
            self.proj = nn.Linear(24, 12, bias=False)

        def forward(self, ids):
            h = F.relu(self.conv(self.emb(ids).transpose(1, 2)))
            return F.normalize(self.proj(h.transpose(1, 2)))

    class Ranker(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = TokenEncoder()

        def forward(self, q, d):
            q, d = self.encoder(q), self.encoder(d)
            return (q @ d.mT).max(2).values.sum(1, keepdim=True)

    return Ranker()
