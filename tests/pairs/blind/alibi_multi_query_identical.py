"""Small decoder: ALiBi, one key/value head for all queries, RMS norms, output tied to the embedding."""

INPUTS = ("9:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class MultiQueryAttention(layers.Layer):
        def __init__(self, dim, heads, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.size = heads, dim // heads
            self.query = layers.Dense(dim, use_bias=False, name="query")
            self.key = layers.Dense(self.size, use_bias=False, name="key")
            self.value = layers.Dense(self.size, use_bias=False, name="value")
            self.out = layers.Dense(dim, use_bias=False, name="out")
            self.slopes = 2.0 ** (-8.0 * np.arange(1, heads + 1) / heads)

        def call(self, x):
            n = x.shape[1]
            q = ops.reshape(self.query(x), (-1, n, self.heads, self.size))
            k, v = self.key(x), self.value(x)
            scores = ops.einsum("bqhd,bkd->bhqk", q, k) / np.sqrt(self.size)
            distance = np.arange(n)[None, :] - np.arange(n)[:, None]
            bias = self.slopes[:, None, None] * distance
            bias = np.where(distance <= 0, bias, -1e9)
            weights = ops.softmax(scores + ops.cast(bias, scores.dtype), axis=-1)
            y = ops.einsum("bhqk,bkd->bqhd", weights, v)
            return self.out(ops.reshape(y, (-1, n, self.heads * self.size)))

    class Block(layers.Layer):
        def __init__(self, dim, heads, **kwargs):
            super().__init__(**kwargs)
            self.norm1 = layers.RMSNormalization(epsilon=1e-6, name="norm1")
            self.attention = MultiQueryAttention(dim, heads, name="attention")
            self.norm2 = layers.RMSNormalization(epsilon=1e-6, name="norm2")
            self.up = layers.Dense(2 * dim, use_bias=False, name="up")
            self.down = layers.Dense(dim, use_bias=False, name="down")

        def call(self, x):
            x = x + self.attention(self.norm1(x))
            return x + self.down(ops.square(ops.relu(self.up(self.norm2(x)))))

    class Decoder(keras.Model):
        def __init__(self, vocab=32, dim=16, heads=4, depth=2, **kwargs):
            super().__init__(**kwargs)
            self.embedding = layers.Embedding(vocab, dim, name="embedding")
            self.blocks = [Block(dim, heads, name=f"block_{i}") for i in range(depth)]
            self.norm = layers.RMSNormalization(epsilon=1e-6, name="norm")

        def call(self, ids):
            x = self.embedding(ids)
            for block in self.blocks:
                x = block(x)
            return ops.matmul(self.norm(x), ops.transpose(self.embedding.embeddings))

    return Decoder(name="decoder")


def torch_model():
    import math

    import torch
    from torch import nn
    from torch.nn import functional as F

    def get_slopes(n: int):
        start = 2 ** (-(2 ** -(math.log2(n) - 3)))
        return [start * start**i for i in range(n)]

    class RMSNorm(nn.Module):
        def __init__(self, dim, eps=1e-6):
            super().__init__()
            self.eps = eps
            self.g = nn.Parameter(torch.ones(dim))

        def forward(self, x):
            return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.g

    class MQA(nn.Module):
        def __init__(self, dim, heads, max_len=64):
            super().__init__()
            self.heads = heads
            self.dim_head = dim // heads
            self.to_q = nn.Linear(dim, dim, bias=False)
            self.to_kv = nn.Linear(dim, 2 * self.dim_head, bias=False)
            self.to_out = nn.Linear(dim, dim, bias=False)
            pos = torch.arange(max_len)
            alibi = torch.tensor(get_slopes(heads)).view(heads, 1, 1) * (pos[None, :] - pos[:, None])
            self.register_buffer("alibi", alibi, persistent=False)

        def forward(self, x):
            b, n, _ = x.shape
            q = self.to_q(x).view(b, n, self.heads, self.dim_head).transpose(1, 2)
            k, v = self.to_kv(x).chunk(2, dim=-1)
            future = torch.ones(n, n, dtype=torch.bool, device=x.device).triu(1)
            bias = self.alibi[:, :n, :n].to(x).masked_fill(future, float("-inf"))
            out = F.scaled_dot_product_attention(
                q,
                k.unsqueeze(1).expand(-1, self.heads, -1, -1),
                v.unsqueeze(1).expand(-1, self.heads, -1, -1),
                attn_mask=bias.unsqueeze(0),
            )
            return self.to_out(out.transpose(1, 2).reshape(b, n, -1))

    class Transformer(nn.Module):
        def __init__(self, num_tokens=32, dim=16, depth=2, heads=4):
            super().__init__()
            self.layers = nn.ModuleList()
            for _ in range(depth):
                self.layers.append(
                    nn.ModuleList(
                        [
                            RMSNorm(dim),
                            MQA(dim, heads),
                            RMSNorm(dim),
                            nn.Linear(dim, 2 * dim, bias=False),
                            nn.Linear(2 * dim, dim, bias=False),
                        ]
                    )
                )
            self.norm = RMSNorm(dim)
            self.token_emb = nn.Embedding(num_tokens, dim)
            self.to_logits = nn.Linear(dim, num_tokens, bias=False)
            self.to_logits.weight = self.token_emb.weight

        def forward(self, ids):
            x = self.token_emb(ids)
            for attn_norm, attn, ff_norm, w1, w2 in self.layers:
                x = x + attn(attn_norm(x))
                x = x + w2(F.relu(w1(ff_norm(x))).pow(2))
            return self.to_logits(self.norm(x))

    return Transformer()
