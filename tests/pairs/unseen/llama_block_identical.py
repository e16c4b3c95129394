"""Llama-like block: RMS norm, rotary embedding by halves, SwiGLU; sub-layers in Keras, bare functions in PyTorch."""

INPUTS = ("6x8",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def tables(n, d):
        angles = np.outer(np.arange(n), 10000.0 ** (-np.arange(0, d, 2) / d))
        angles = np.concatenate([angles, angles], -1)
        return np.cos(angles), np.sin(angles)

    def rotate(x, cos, sin):
        a, b = ops.split(x, 2, axis=-1)
        return x * cos + ops.concatenate([-b, a], axis=-1) * sin

    class Attention(layers.Layer):
        def __init__(self, dim, heads, **kwargs):
            super().__init__(**kwargs)
            self.dim, self.heads = dim, heads
            self.wq = layers.Dense(dim, use_bias=False)
            self.wk = layers.Dense(dim, use_bias=False)
            self.wv = layers.Dense(dim, use_bias=False)
            self.wo = layers.Dense(dim, use_bias=False)

        def call(self, x):
            n, d = x.shape[1], self.dim // self.heads
            cos, sin = (ops.cast(t[:, None], x.dtype) for t in tables(n, d))
            q = rotate(ops.reshape(self.wq(x), (-1, n, self.heads, d)), cos, sin)
            k = rotate(ops.reshape(self.wk(x), (-1, n, self.heads, d)), cos, sin)
            v = ops.reshape(self.wv(x), (-1, n, self.heads, d))
            scores = ops.einsum("bqhd,bkhd->bhqk", q, k) / np.sqrt(d)
            scores = scores + ops.cast(np.triu(np.full((n, n), -1e9), 1), x.dtype)
            return self.wo(ops.reshape(ops.einsum("bhqk,bkhd->bqhd", ops.softmax(scores), v), (-1, n, self.dim)))

    class SwiGLU(layers.Layer):
        def __init__(self, dim, hidden, **kwargs):
            super().__init__(**kwargs)
            self.gate = layers.Dense(hidden, use_bias=False, activation="silu")
            self.up = layers.Dense(hidden, use_bias=False)
            self.down = layers.Dense(dim, use_bias=False)

        def call(self, x):
            return self.down(self.gate(x) * self.up(x))

    inputs = keras.Input((6, 8))
    x = inputs + Attention(8, 2)(layers.RMSNormalization(epsilon=1e-5)(inputs))
    x = x + SwiGLU(8, 20)(layers.RMSNormalization(epsilon=1e-5)(x))
    return keras.Model(inputs, layers.RMSNormalization(epsilon=1e-5)(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class RMSNorm(nn.Module):
        def __init__(self, dim, eps=1e-5):
            super().__init__()
            self.eps = eps
            self.weight = nn.Parameter(torch.ones(dim))

        def forward(self, x):
            return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight

    class Attention(nn.Module):
        def __init__(self, dim, heads):
            super().__init__()
            self.heads, self.head_dim = heads, dim // heads
            self.wq = nn.Linear(dim, dim, bias=False)
            self.wk = nn.Linear(dim, dim, bias=False)
            self.wv = nn.Linear(dim, dim, bias=False)
            self.wo = nn.Linear(dim, dim, bias=False)

        @staticmethod
        def rotate_half(x):
            x1, x2 = x.chunk(2, dim=-1)
            return torch.cat((-x2, x1), dim=-1)

        def forward(self, x, cos, sin):
            b, t, _ = x.shape
            q, k, v = (w(x).view(b, t, self.heads, self.head_dim).transpose(1, 2) for w in (self.wq, self.wk, self.wv))
            q = q * cos + self.rotate_half(q) * sin
            k = k * cos + self.rotate_half(k) * sin
            out = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            return self.wo(out.transpose(1, 2).reshape(b, t, -1))

    class FeedForward(nn.Module):
        def __init__(self, dim, hidden):
            super().__init__()
            self.w1 = nn.Linear(dim, hidden, bias=False)
            self.w2 = nn.Linear(hidden, dim, bias=False)
            self.w3 = nn.Linear(dim, hidden, bias=False)

        def forward(self, x):
            return self.w2(F.silu(self.w1(x)) * self.w3(x))

    class Llama(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention_norm = RMSNorm(8)
            self.attention = Attention(8, 2)
            self.ffn_norm = RMSNorm(8)
            self.feed_forward = FeedForward(8, 20)
            self.norm = RMSNorm(8)

        def forward(self, x):
            inv_freq = 1.0 / (10000.0 ** (torch.arange(0, 4, 2, dtype=torch.float64) / 4))
            freqs = torch.outer(torch.arange(x.shape[1], dtype=torch.float64), inv_freq)
            emb = torch.cat((freqs, freqs), dim=-1)
            x = x + self.attention(self.attention_norm(x), emb.cos().to(x.dtype), emb.sin().to(x.dtype))
            x = x + self.feed_forward(self.ffn_norm(x))
            return self.norm(x)

    return Llama()
