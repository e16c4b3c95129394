"""Llama block with grouped queries: my repeat_kv uses ``repeat``, which tiles key heads, where Keras repeats each."""

INPUTS = ("7:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-grouped-heads"],
            "keras": ["block*", "*attention*"],
            "torch": ["layers.*", "repeat*", ""],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class RMSNorm(layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape=(shape[-1],), initializer="ones", name="scale")

        def call(self, x):
            return x * ops.rsqrt(ops.mean(ops.square(x), axis=-1, keepdims=True) + 1e-5) * self.scale

    class Block(layers.Layer):
        def __init__(self, dim=16, heads=4, groups=2, steps=7, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.groups, self.size = heads, groups, dim // heads
            self.attention_norm, self.mlp_norm = RMSNorm(name="attention_norm"), RMSNorm(name="mlp_norm")
            self.q = layers.Dense(dim, use_bias=False, name="q")
            self.k = layers.Dense(groups * self.size, use_bias=False, name="k")
            self.v = layers.Dense(groups * self.size, use_bias=False, name="v")
            self.o = layers.Dense(dim, use_bias=False, name="o")
            self.gate = layers.Dense(24, use_bias=False, activation="silu", name="gate")
            self.up = layers.Dense(24, use_bias=False, name="up")
            self.down = layers.Dense(dim, use_bias=False, name="down")
            angles = np.outer(np.arange(steps), 10000.0 ** (-np.arange(0, self.size, 2) / self.size))
            self.cos, self.sin = np.cos(angles)[None, :, None], np.sin(angles)[None, :, None]

        def turn(self, x):
            even, odd = x[..., 0::2], x[..., 1::2]
            cos, sin = ops.cast(self.cos, x.dtype), ops.cast(self.sin, x.dtype)
            both = ops.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1)
            return ops.reshape(both, ops.shape(x))

        def attend(self, x):
            b, t, d = ops.shape(x)
            q = self.turn(ops.reshape(self.q(x), (b, t, self.heads, self.size)))
            k = self.turn(ops.reshape(self.k(x), (b, t, self.groups, self.size)))
            v = ops.reshape(self.v(x), (b, t, self.groups, self.size))
            k = ops.repeat(k, self.heads // self.groups, axis=2)
            v = ops.repeat(v, self.heads // self.groups, axis=2)
            scores = ops.einsum("bqhd,bkhd->bhqk", q, k) / self.size**0.5
            hidden = ops.triu(ops.ones((t, t), dtype=scores.dtype), 1) * -1e9
            weights = ops.softmax(scores + hidden, axis=-1)
            return self.o(ops.reshape(ops.einsum("bhqk,bkhd->bqhd", weights, v), (b, t, d)))

        def call(self, x):
            x = x + self.attend(self.attention_norm(x))
            h = self.mlp_norm(x)
            return x + self.down(self.gate(h) * self.up(h))

    tokens = keras.Input((7,), dtype="int32", name="tokens")
    x = layers.Embedding(32, 16, name="embedding")(tokens)
    for i in range(2):
        x = Block(name=f"block{i}")(x)
    return keras.Model(tokens, layers.Dense(32, use_bias=False, name="head")(RMSNorm(name="norm")(x)))


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    def precompute_freqs_cis(dim, end, theta=10000.0):
        freqs = 1.0 / (theta ** (torch.arange(0, dim, 2, dtype=torch.float64) / dim))
        freqs = torch.outer(torch.arange(end, dtype=torch.float64), freqs)
        return torch.polar(torch.ones_like(freqs), freqs)

    def apply_rotary_emb(x, freqs_cis):
        pairs = torch.view_as_complex(x.double().reshape(*x.shape[:-1], -1, 2))
        return torch.view_as_real(pairs * freqs_cis[None, :, None]).flatten(3).type_as(x)

    def repeat_kv(x, n_rep):
        return x.repeat(1, 1, n_rep, 1)

    class Attention(nn.Module):
        def __init__(self, dim, n_heads, n_kv_heads):
            super().__init__()
            self.n_heads, self.n_kv_heads, self.head_dim = n_heads, n_kv_heads, dim // n_heads
            self.wq = nn.Linear(dim, n_heads * self.head_dim, bias=False)
            self.wk = nn.Linear(dim, n_kv_heads * self.head_dim, bias=False)
            self.wv = nn.Linear(dim, n_kv_heads * self.head_dim, bias=False)
            self.wo = nn.Linear(n_heads * self.head_dim, dim, bias=False)

        def forward(self, x, freqs_cis):
            bsz, seqlen, _ = x.shape
            xq, xk, xv = (w(x).view(bsz, seqlen, -1, self.head_dim) for w in (self.wq, self.wk, self.wv))
            xq, xk = apply_rotary_emb(xq, freqs_cis), apply_rotary_emb(xk, freqs_cis)
            keys, values = (repeat_kv(each, self.n_heads // self.n_kv_heads) for each in (xk, xv))
            xq, keys, values = (each.transpose(1, 2) for each in (xq, keys, values))
            output = F.scaled_dot_product_attention(xq, keys, values, is_causal=True)
            return self.wo(output.transpose(1, 2).contiguous().view(bsz, seqlen, -1))

    class TransformerBlock(nn.Module):
        def __init__(self, dim=16):
            super().__init__()
            self.attention = Attention(dim, 4, 2)
            self.w1, self.w2 = nn.Linear(dim, 24, bias=False), nn.Linear(24, dim, bias=False)
            self.w3 = nn.Linear(dim, 24, bias=False)
            self.attention_norm, self.ffn_norm = nn.RMSNorm(dim, eps=1e-5), nn.RMSNorm(dim, eps=1e-5)

        def forward(self, x, freqs_cis):
            h = x + self.attention(self.attention_norm(x), freqs_cis)
            y = self.ffn_norm(h)
            return h + self.w2(F.silu(self.w1(y)) * self.w3(y))

    class Transformer(nn.Module):
        def __init__(self):
            super().__init__()
            self.tok_embeddings = nn.Embedding(32, 16)
            self.layers = nn.ModuleList(TransformerBlock() for _ in range(2))
            self.norm = nn.RMSNorm(16, eps=1e-5)
            self.output = nn.Linear(16, 32, bias=False)
            self.freqs_cis = precompute_freqs_cis(4, 64)

        def forward(self, tokens):
            h = self.tok_embeddings(tokens)
            for layer in self.layers:
                h = layer(h, self.freqs_cis[: tokens.shape[1]])
            return self.output(self.norm(h))

    return Transformer()
