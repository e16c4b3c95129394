"""RetNet: the parallel form with its decay matrix in Keras, the recurrent form S = g S + k^T v in PyTorch.

Heads have decays of their own; the group norm works on each head of each step, and a swish gate follows.
"""

INPUTS = ("8:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def decay(heads, n):
        rate = 1 - np.exp(np.linspace(np.log(1 / 4), np.log(1 / 32), heads))
        gap = np.arange(n)[:, None] - np.arange(n)
        return np.where(gap >= 0, rate[:, None, None] ** np.maximum(gap, 0), 0.0)

    class Retention(layers.Layer):
        def __init__(self, heads, **kwargs):
            super().__init__(**kwargs)
            self.heads = heads

        def build(self, input_shape):
            n, d = input_shape[1:]
            shape = (n, self.heads, d // self.heads)
            self.q, self.k, self.v = (
                layers.EinsumDense("bnd,dhe->bnhe", output_shape=shape, name=name) for name in ("q", "k", "v")
            )
            self.gate = layers.Dense(d, activation="silu", use_bias=False, name="gate")
            self.out = layers.Dense(d, use_bias=False, name="out")
            self.norm = layers.GroupNormalization(self.heads, epsilon=1e-5, name="norm")
            self.d = decay(self.heads, n)

        def call(self, x):
            _, n, d = x.shape
            q, k, v = self.q(x), self.k(x) * (d // self.heads) ** -0.5, self.v(x)
            kept = ops.einsum("bnhe,bmhe->bhnm", q, k) * ops.convert_to_tensor(self.d, dtype=x.dtype)
            y = ops.reshape(ops.einsum("bhnm,bmhe->bnhe", kept, v), (-1, d))
            return self.out(ops.reshape(self.norm(y), (-1, n, d)) * self.gate(x))

    tokens = keras.Input((8,), dtype="int32")
    x = layers.Embedding(18, 12)(tokens)
    for i in range(2):
        x = x + Retention(3, name=f"retention_{i}")(layers.LayerNormalization(epsilon=1e-5, name=f"a_{i}")(x))
        y = layers.LayerNormalization(epsilon=1e-5, name=f"b_{i}")(x)
        x = x + layers.Dense(12, name=f"down_{i}")(layers.Dense(20, activation="gelu", name=f"up_{i}")(y))
    return keras.Model(tokens, layers.Dense(18, name="head")(x))


def torch_model():
    import math

    import torch
    from torch import nn

    class MultiScaleRetention(nn.Module):
        def __init__(self, dim, heads):
            super().__init__()
            self.heads, self.head_dim = heads, dim // heads
            gammas = 1 - torch.exp(torch.linspace(math.log(1 / 4), math.log(1 / 32), heads, dtype=torch.float64))
            self.register_buffer("gammas", gammas, persistent=False)
            self.qkv = nn.Linear(dim, 3 * dim, bias=False)
            self.W_G = nn.Parameter(torch.randn(dim, dim) / dim)
            self.W_O = nn.Parameter(torch.randn(dim, dim) / dim)
            self.group_norm = nn.GroupNorm(heads, dim)

        def step(self, state, q, k, v):
            state = self.gammas.to(q.dtype)[:, None, None] * state + k.unsqueeze(-1) * v.unsqueeze(-2)
            return state, (q.unsqueeze(-2) @ state).squeeze(-2)

        def forward(self, x):
            b, n, d = x.shape
            q, k, v = self.qkv(x).view(b, n, 3, self.heads, self.head_dim).unbind(2)
            k = k / math.sqrt(self.head_dim)
            state = x.new_zeros(b, self.heads, self.head_dim, self.head_dim)
            ys = []
            for i in range(n):
                state, y = self.step(state, q[:, i], k[:, i], v[:, i])
                ys.append(self.group_norm(y.reshape(b, d)))
            y, g = torch.stack(ys, 1), x @ self.W_G
            return (g * torch.sigmoid(g) * y) @ self.W_O

    class RetNet(nn.Module):
        def __init__(self, dim=12, vocab=18):
            super().__init__()
            self.embed, self.head = nn.Embedding(vocab, dim), nn.Linear(dim, vocab)
            self.retentions = nn.ModuleList(MultiScaleRetention(dim, 3) for _ in range(2))
            self.ffns = nn.ModuleList(
                nn.Sequential(nn.Linear(dim, 20), nn.GELU(), nn.Linear(20, dim)) for _ in range(2)
            )
            self.norms_1 = nn.ModuleList(nn.LayerNorm(dim) for _ in range(2))
            self.norms_2 = nn.ModuleList(nn.LayerNorm(dim) for _ in range(2))

        def forward(self, ids):
            x = self.embed(ids)
            for n1, ret, n2, ffn in zip(self.norms_1, self.retentions, self.norms_2, self.ffns, strict=False):
                y = ret(n1(x)) + x
                x = ffn(n2(y)) + y
            return self.head(x)

    return RetNet()
