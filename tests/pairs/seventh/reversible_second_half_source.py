"""Reversible encoder (Reformer without the hashing): y1 = x1 + f(x2), y2 = x2 + g(y1).

My Keras layer computes both halves "in parallel": g reads the old x1.
"""

INPUTS = ("12:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "branch-missing"],
            "keras": ["reversible_*"],
            "torch": ["blocks.*.g*", "blocks.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class LocalAttention(layers.Layer):
        """Blocks of four look at themselves and the block before."""

        def __init__(self, heads=2, chunk=4, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.chunk = heads, chunk

        def build(self, shape):
            self.qk = layers.Dense(shape[-1], use_bias=False, name="qk")
            self.v = layers.Dense(shape[-1], use_bias=False, name="v")
            self.out = layers.Dense(shape[-1], name="out")

        def call(self, x):
            _, n, d = x.shape

            def split(t):
                t = ops.reshape(t, (-1, n // self.chunk, self.chunk, self.heads, d // self.heads))
                return ops.transpose(t, (0, 3, 1, 2, 4))

            def with_previous(t):
                before = ops.pad(t, ((0, 0), (0, 0), (1, 0), (0, 0), (0, 0)))[:, :, :-1]
                return ops.concatenate([before, t], axis=3)

            q, v = split(self.qk(x)), with_previous(split(self.v(x)))
            k = q / ops.sqrt(ops.sum(ops.square(q), axis=-1, keepdims=True) + 1e-6)
            scores = ops.matmul(q, ops.swapaxes(with_previous(k), 3, 4)) * (d // self.heads) ** -0.5
            place = ops.reshape(ops.arange(n), (n // self.chunk, self.chunk, 1))
            other = ops.reshape(ops.arange(n), (n // self.chunk, 1, self.chunk))
            other = ops.concatenate([other - self.chunk, other], axis=2)
            scores = ops.where((other >= 0) & (other <= place), scores, -1e9)
            y = ops.transpose(ops.matmul(ops.softmax(scores), v), (0, 2, 3, 1, 4))
            return self.out(ops.reshape(y, (-1, n, d)))

    class ReversibleLayer(layers.Layer):
        def build(self, x1_shape, x2_shape):
            self.f_norm = layers.LayerNormalization(epsilon=1e-12, name="f_norm")
            self.f = LocalAttention(name="f")
            self.g_norm = layers.LayerNormalization(epsilon=1e-12, name="g_norm")
            self.g_in = layers.Dense(24, activation="relu", name="g_in")
            self.g_out = layers.Dense(x1_shape[-1], name="g_out")

        def call(self, x1, x2):
            y1 = x1 + self.f(self.f_norm(x2))
            y2 = x2 + self.g_out(self.g_in(self.g_norm(x1)))
            return y1, y2

    tokens = keras.Input((12,), dtype="int32")
    x1 = x2 = layers.Embedding(20, 12, name="embed")(tokens)
    for i in range(2):
        x1, x2 = ReversibleLayer(name=f"reversible_{i}")(x1, x2)
    x = layers.LayerNormalization(epsilon=1e-12, name="norm")(layers.Concatenate()([x1, x2]))
    return keras.Model(tokens, layers.Dense(20, name="head")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class LocalSelfAttention(nn.Module):
        def __init__(self, dim, heads=2, chunk=4):
            super().__init__()
            self.heads, self.chunk = heads, chunk
            self.query_key = nn.Linear(dim, dim, bias=False)
            self.value = nn.Linear(dim, dim, bias=False)
            self.dense = nn.Linear(dim, dim)

        def forward(self, x):
            b, n, d = x.shape
            heads = lambda t: t.view(b, n, self.heads, d // self.heads).transpose(1, 2)  # noqa: E731
            q, v = heads(self.query_key(x)), heads(self.value(x))
            k = q * torch.rsqrt(q.pow(2).sum(-1, keepdim=True) + 1e-6) / (d // self.heads) ** 0.5
            i = torch.arange(n)
            seen = (i[:, None] >= i) & (i[:, None] // self.chunk - i // self.chunk <= 1)
            scores = (q @ k.transpose(-1, -2)).masked_fill(~seen, float("-inf"))
            return self.dense((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, n, d))

    class ReversibleBlock(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.f = nn.Sequential(nn.LayerNorm(dim, eps=1e-12), LocalSelfAttention(dim))
            self.g = nn.Sequential(nn.LayerNorm(dim, eps=1e-12), nn.Linear(dim, 24), nn.ReLU(), nn.Linear(24, dim))

        def forward(self, x):
            x1, x2 = x.chunk(2, dim=-1)
            y1 = x1 + self.f(x2)
            y2 = x2 + self.g(y1)
            return torch.cat([y1, y2], dim=-1)

    class Reformer(nn.Module):
        def __init__(self, dim=12):
            super().__init__()
            self.embed = nn.Embedding(20, dim)
            self.blocks = nn.ModuleList(ReversibleBlock(dim) for _ in range(2))
            self.layer_norm = nn.LayerNorm(2 * dim, eps=1e-12)
            self.lm_head = nn.Linear(2 * dim, 20)

        def forward(self, ids):
            x = self.embed(ids).repeat(1, 1, 2)
            for block in self.blocks:
                x = block(x)
            return F.linear(self.layer_norm(x), self.lm_head.weight, self.lm_head.bias)

    return Reformer()
