"""Small decoder with one key head for four query heads and rotary positions: real sines and cosines over neighbours in
Keras with three projections, complex numbers and one packed projection in PyTorch; the output is tied to the embedding.
"""

INPUTS = ("12:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class RMSNorm(layers.Layer):
        def build(self, shape):
            self.gain = self.add_weight(shape=(shape[-1],), initializer="ones", name="gain")

        def call(self, x):
            return self.gain * x / ops.sqrt(ops.mean(x * x, axis=-1, keepdims=True) + 1e-6)

    def rotate(x):
        steps, depth = x.shape[1], x.shape[-1]
        angles = np.outer(np.arange(steps), 10000.0 ** (-np.arange(0, depth, 2) / depth))[:, None, :]
        cos = ops.convert_to_tensor(np.cos(angles), dtype=x.dtype)
        sin = ops.convert_to_tensor(np.sin(angles), dtype=x.dtype)
        even, odd = x[..., 0::2], x[..., 1::2]
        turned = ops.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1)
        return ops.reshape(turned, (-1, *x.shape[1:]))

    class MultiQueryAttention(layers.Layer):
        def __init__(self, width, heads, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.depth = heads, width // heads
            self.query = layers.Dense(width, use_bias=False, name="query")
            self.key = layers.Dense(self.depth, use_bias=False, name="key")
            self.value = layers.Dense(self.depth, use_bias=False, name="value")
            self.merge = layers.Dense(width, use_bias=False, name="merge")

        def call(self, x):
            steps = x.shape[1]
            q = rotate(ops.reshape(self.query(x), (-1, steps, self.heads, self.depth)))
            k = ops.squeeze(rotate(ops.expand_dims(self.key(x), 2)), 2)
            scores = ops.einsum("bqhd,bkd->bhqk", q, k) / self.depth**0.5
            scores = ops.where(np.tril(np.ones((steps, steps), bool)), scores, -1e9)
            mixed = ops.einsum("bhqk,bkd->bqhd", ops.softmax(scores, axis=-1), self.value(x))
            return self.merge(ops.reshape(mixed, (-1, steps, self.heads * self.depth)))

    class LanguageModel(keras.Model):
        def __init__(self):
            super().__init__()
            self.embed = layers.Embedding(50, 32, name="embed")
            self.norms = [RMSNorm(name=f"norm_{i}") for i in range(5)]
            self.attention = [MultiQueryAttention(32, 4, name=f"attention_{i}") for i in range(2)]
            self.gates = [layers.Dense(48, use_bias=False, name=f"gate_{i}") for i in range(2)]
            self.ups = [layers.Dense(48, use_bias=False, name=f"up_{i}") for i in range(2)]
            self.downs = [layers.Dense(32, use_bias=False, name=f"down_{i}") for i in range(2)]

        def call(self, tokens):
            x = self.embed(tokens)
            for i in range(2):
                x = x + self.attention[i](self.norms[2 * i](x))
                h = self.norms[2 * i + 1](x)
                x = x + self.downs[i](ops.silu(self.gates[i](h)) * self.ups[i](h))
            return ops.matmul(self.norms[4](x), ops.transpose(self.embed.embeddings))

    model = LanguageModel()
    model(np.zeros((1, 12), "int32"))
    return model


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class RMSNorm(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(dim))

        def forward(self, x):
            return F.rms_norm(x, (x.shape[-1],), self.weight, 1e-6)

    def apply_rotary_emb(x):
        t, d = x.shape[2], x.shape[3]
        freqs = 1.0 / (10000.0 ** (torch.arange(0, d, 2, dtype=x.dtype, device=x.device) / d))
        freqs = torch.outer(torch.arange(t, dtype=x.dtype, device=x.device), freqs)
        freqs_cis = torch.polar(torch.ones_like(freqs), freqs)
        x_ = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2).contiguous())
        return torch.view_as_real(x_ * freqs_cis).flatten(3)

    class Block(nn.Module):
        def __init__(self, dim, n_head, hidden):
            super().__init__()
            self.n_head, self.head_dim = n_head, dim // n_head
            self.Wqkv = nn.Linear(dim, dim + 2 * self.head_dim, bias=False)
            self.wo = nn.Linear(dim, dim, bias=False)
            self.w13 = nn.Linear(dim, 2 * hidden, bias=False)
            self.w2 = nn.Linear(hidden, dim, bias=False)
            self.ln_1, self.ln_2 = RMSNorm(dim), RMSNorm(dim)

        def forward(self, x):
            B, T, C = x.shape
            q, k, v = self.Wqkv(self.ln_1(x)).split([C, self.head_dim, self.head_dim], dim=-1)
            q = q.view(B, T, self.n_head, self.head_dim).transpose(1, 2)
            q, k = apply_rotary_emb(q), apply_rotary_emb(k.unsqueeze(1))
            k, v = k.expand(-1, self.n_head, -1, -1), v.unsqueeze(1).expand(-1, self.n_head, -1, -1)
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.wo(y.transpose(1, 2).reshape(B, T, C))
            gate, up = self.w13(self.ln_2(x)).chunk(2, dim=-1)
            return x + self.w2(F.silu(gate) * up)

    class GPT(nn.Module):
        def __init__(self):
            super().__init__()
            self.wte = nn.Embedding(50, 32)
            self.h = nn.ModuleList([Block(32, 4, 48) for _ in range(2)])
            self.ln_f = RMSNorm(32)
            self.lm_head = nn.Linear(32, 50, bias=False)
            self.lm_head.weight = self.wte.weight

        def forward(self, idx):
            x = self.wte(idx)
            for block in self.h:
                x = block(x)
            return self.lm_head(self.ln_f(x))

    return GPT()
