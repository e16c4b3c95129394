"""Heads split by ``view(b, heads, n, d)`` without the transpose: tokens of other positions meet."""

INPUTS = ("6x8",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "attention-heads", "permute-axes"],
            "keras": ["attention", "multi_head_attention"],
            "torch": ["attn", "attn.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class SelfAttention(layers.Layer):
        def __init__(self, dim, heads, **kwargs):
            super().__init__(**kwargs)
            self.dim, self.heads = dim, heads

        def build(self, shape):
            self.query = layers.Dense(self.dim)
            self.key = layers.Dense(self.dim)
            self.value = layers.Dense(self.dim)
            self.output_dense = layers.Dense(self.dim)
            for layer in (self.query, self.key, self.value, self.output_dense):
                layer.build((None, None, self.dim))

        def heads_of(self, x):
            x = ops.reshape(x, (-1, x.shape[1], self.heads, self.dim // self.heads))
            return ops.transpose(x, (0, 2, 1, 3))

        def call(self, x):
            q, k, v = self.heads_of(self.query(x)), self.heads_of(self.key(x)), self.heads_of(self.value(x))
            scores = ops.einsum("bhqd,bhkd->bhqk", q, k) * (self.dim // self.heads) ** -0.5
            out = ops.einsum("bhqk,bhkd->bqhd", ops.softmax(scores), v)
            return self.output_dense(ops.reshape(out, (-1, x.shape[1], self.dim)))

    inputs = keras.Input((6, 8))
    x = SelfAttention(8, 2, name="attention")(inputs)
    x = layers.LayerNormalization(epsilon=1e-5)(x + inputs)
    return keras.Model(inputs, layers.Dense(3, name="head")(x))


def torch_model():
    import torch
    from torch import nn

    class SelfAttention(nn.Module):
        def __init__(self, dim, heads):
            super().__init__()
            self.heads = heads
            self.to_q, self.to_k, self.to_v = nn.Linear(dim, dim), nn.Linear(dim, dim), nn.Linear(dim, dim)
            self.to_out = nn.Linear(dim, dim)

        def forward(self, x):
            b, n, d = x.size()
            dh = d // self.heads
            q = self.to_q(x).view(b, self.heads, n, dh)
            k = self.to_k(x).view(b, self.heads, n, dh)
            v = self.to_v(x).view(b, self.heads, n, dh)
            att = torch.softmax(torch.matmul(q, k.transpose(2, 3)) * dh**-0.5, dim=-1)
            return self.to_out(torch.matmul(att, v).view(b, n, d))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.attn = SelfAttention(8, 2)
            self.norm = nn.LayerNorm(8)
            self.head = nn.Linear(8, 3)

        def forward(self, x):
            return self.head(self.norm(self.attn(x) + x))

    return Net()
