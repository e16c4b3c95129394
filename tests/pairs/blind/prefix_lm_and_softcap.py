"""Prefix language model: three prefix tokens see each other in Keras only, and only Keras caps its logits with tanh."""

INPUTS = ("9:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["attention-causal"], "keras": ["*layer_*attention*"], "torch": ["h.*.attn*"]},
        {"rules": ["activation-other"], "keras": ["soft_cap", "lm_head"], "torch": ["lm_head", "tanh*", "mul*", ""]},
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class SoftCap(layers.Layer):
        def __init__(self, cap=4.0, **kwargs):
            super().__init__(**kwargs)
            self.cap = cap

        def call(self, x):
            return self.cap * ops.tanh(x / self.cap)

    def prefix_mask(n, prefix):
        mask = np.tril(np.ones((n, n), dtype=bool))
        mask[:, :prefix] = True
        return mask[None]

    class DecoderLayer(layers.Layer):
        def __init__(self, dim, heads, prefix, **kwargs):
            super().__init__(**kwargs)
            self.prefix = prefix
            self.norm1 = layers.LayerNormalization(epsilon=1e-5, name="norm1")
            self.attention = layers.MultiHeadAttention(heads, dim // heads, name="attention")
            self.norm2 = layers.LayerNormalization(epsilon=1e-5, name="norm2")
            self.up = layers.Dense(2 * dim, activation="silu", name="up")
            self.down = layers.Dense(dim, name="down")

        def call(self, x):
            y = self.norm1(x)
            x = x + self.attention(y, y, attention_mask=prefix_mask(x.shape[1], self.prefix))
            return x + self.down(self.up(self.norm2(x)))

    ids = keras.Input((9,), dtype="int32", name="ids")
    x = layers.Embedding(30, 12, name="tokens")(ids)
    places = ops.cumsum(ops.ones_like(ids), axis=1) - 1
    x = layers.Add(name="embed")([x, layers.Embedding(9, 12, name="positions")(places)])
    for i in range(2):
        x = DecoderLayer(12, 3, prefix=3, name=f"layer_{i}")(x)
    x = layers.LayerNormalization(epsilon=1e-5, name="final_norm")(x)
    x = layers.Dense(30, use_bias=False, name="lm_head")(x)
    return keras.Model(ids, SoftCap(name="soft_cap")(x))


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class CausalSelfAttention(nn.Module):
        """minGPT."""

        def __init__(self, n_embd, n_head, block_size):
            super().__init__()
            self.key = nn.Linear(n_embd, n_embd)
            self.query = nn.Linear(n_embd, n_embd)
            self.value = nn.Linear(n_embd, n_embd)
            self.proj = nn.Linear(n_embd, n_embd)
            self.register_buffer("mask", torch.tril(torch.ones(block_size, block_size))[None, None])
            self.n_head = n_head

        def forward(self, x):
            b, t, c = x.size()
            k = self.key(x).view(b, t, self.n_head, c // self.n_head).transpose(1, 2)
            q = self.query(x).view(b, t, self.n_head, c // self.n_head).transpose(1, 2)
            v = self.value(x).view(b, t, self.n_head, c // self.n_head).transpose(1, 2)
            att = (q @ k.transpose(-2, -1)) * (1.0 / k.size(-1) ** 0.5)
            att = att.masked_fill(self.mask[:, :, :t, :t] == 0, float("-inf"))
            y = F.softmax(att, dim=-1) @ v
            return self.proj(y.transpose(1, 2).contiguous().view(b, t, c))

    class Block(nn.Module):
        def __init__(self, n_embd, n_head, block_size):
            super().__init__()
            self.ln1 = nn.LayerNorm(n_embd)
            self.ln2 = nn.LayerNorm(n_embd)
            self.attn = CausalSelfAttention(n_embd, n_head, block_size)
            self.mlp = nn.Sequential(nn.Linear(n_embd, 2 * n_embd), nn.SiLU(), nn.Linear(2 * n_embd, n_embd))

        def forward(self, x):
            x = x + self.attn(self.ln1(x))
            return x + self.mlp(self.ln2(x))

    class GPT(nn.Module):
        def __init__(self):
            super().__init__()
            self.tok_emb = nn.Embedding(30, 12)
            self.pos_emb = nn.Parameter(torch.zeros(1, 9, 12))
            self.h = nn.Sequential(*[Block(12, 3, 9) for _ in range(2)])
            self.ln_f = nn.LayerNorm(12)
            self.lm_head = nn.Linear(12, 30, bias=False)

        def forward(self, idx):
            x = self.tok_emb(idx) + self.pos_emb[:, : idx.size(1)]
            return self.lm_head(self.ln_f(self.h(x)))

    return GPT()
