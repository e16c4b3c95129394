"""Transformer encoder by hand for intent classification. Padded sentences get other logits than in Keras, sentences
without padding agree to the last digit. The mask looks right when I print it.
"""

INPUTS = ("10:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-mask-missing", "attention-mask-polarity", "attention-masked-row", "wiring-other"],
            "keras": ["attention", "attention/*", "softmax*", "where*", "add*", "*"],
            "torch": ["attn", "attn.*", "masked_fill*", "softmax*", "block.*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    tokens = keras.Input((10,), dtype="int32", name="tokens")
    real = ops.not_equal(tokens, 0)
    table = layers.Embedding(50, 16, name="words")
    x = table(tokens)
    y = layers.MultiHeadAttention(4, 4, name="attention")(x, x, attention_mask=real[:, None, :])
    x = layers.LayerNormalization(epsilon=1e-5, name="norm_0")(x + layers.Dropout(0.1)(y))
    y = layers.Dense(24, activation="relu", name="inner")(x)
    y = layers.Dense(16, name="outer")(y)
    x = layers.LayerNormalization(epsilon=1e-5, name="norm_1")(x + layers.Dropout(0.1)(y))
    return keras.Model(tokens, layers.Dense(7, name="intent")(x[:, 0]))


def torch_model():
    import math

    import torch
    from torch import nn

    class SelfAttention(nn.Module):
        def __init__(self, d_model=16, h=4):
            super().__init__()
            self.d_k, self.h = d_model // h, h
            self.linears = nn.ModuleList([nn.Linear(d_model, d_model) for _ in range(4)])

        def forward(self, x, mask):
            n = x.size(0)
            query, key, value = (lin(x).view(n, -1, self.h, self.d_k).transpose(1, 2) for lin in list(self.linears)[:3])
            scores = torch.matmul(query, key.transpose(-2, -1)) / math.sqrt(self.d_k)
            scores = scores.masked_fill(mask[:, None, None, :] == 0, 1e-9)
            x = torch.matmul(scores.softmax(dim=-1), value)
            return self.linears[-1](x.transpose(1, 2).contiguous().view(n, -1, self.h * self.d_k))

    class Intent(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(50, 16)
            self.attn = SelfAttention()
            self.ff = nn.Sequential(nn.Linear(16, 24), nn.ReLU(), nn.Linear(24, 16))
            self.norm1, self.norm2 = nn.LayerNorm(16), nn.LayerNorm(16)
            self.drop = nn.Dropout(0.1)
            self.out = nn.Linear(16, 7)

        def forward(self, tokens):
            x = self.embed(tokens)
            x = self.norm1(x + self.drop(self.attn(x, tokens != 0)))
            x = self.norm2(x + self.drop(self.ff(x)))
            return self.out(x[:, 0])

    return Intent()
