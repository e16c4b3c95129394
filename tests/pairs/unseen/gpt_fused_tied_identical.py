"""nanoGPT-like decoder, fused qkv and tied embeddings; the Keras twin has one Dense(3 * width) too."""

INPUTS = ("8:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class CausalSelfAttention(layers.Layer):
        def __init__(self, width, heads, **kwargs):
            super().__init__(**kwargs)
            self.width, self.heads = width, heads
            self.c_attn = layers.Dense(3 * width, name="c_attn")
            self.c_proj = layers.Dense(width, name="c_proj")

        def call(self, x):
            t, d = x.shape[1], self.width // self.heads
            q, k, v = ops.split(self.c_attn(x), 3, axis=-1)
            q, k, v = (ops.transpose(ops.reshape(a, (-1, t, self.heads, d)), (0, 2, 1, 3)) for a in (q, k, v))
            scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / d**0.5
            causal = ops.tril(ops.ones((t, t)))
            scores = ops.where(causal == 0, -1e9, scores)
            y = ops.matmul(ops.softmax(scores, axis=-1), v)
            return self.c_proj(ops.reshape(ops.transpose(y, (0, 2, 1, 3)), (-1, t, self.width)))

    class Block(layers.Layer):
        def __init__(self, width, heads, **kwargs):
            super().__init__(**kwargs)
            self.ln_1 = layers.LayerNormalization(epsilon=1e-5)
            self.attn = CausalSelfAttention(width, heads)
            self.ln_2 = layers.LayerNormalization(epsilon=1e-5)
            self.c_fc = layers.Dense(4 * width)
            self.c_out = layers.Dense(width)

        def call(self, x):
            x = x + self.attn(self.ln_1(x))
            return x + self.c_out(ops.gelu(self.c_fc(self.ln_2(x)), approximate=True))

    class GPT(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.wte = layers.Embedding(17, 12)
            self.wpe = layers.Embedding(8, 12)
            self.blocks = [Block(12, 3, name=f"h_{i}") for i in range(2)]
            self.ln_f = layers.LayerNormalization(epsilon=1e-5)

        def call(self, idx):
            x = self.wte(idx) + self.wpe(ops.arange(idx.shape[1]))
            for block in self.blocks:
                x = block(x)
            return ops.matmul(self.ln_f(x), ops.transpose(self.wte.embeddings))

    return GPT()


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class CausalSelfAttention(nn.Module):
        def __init__(self, n_embd, n_head):
            super().__init__()
            self.c_attn = nn.Linear(n_embd, 3 * n_embd)
            self.c_proj = nn.Linear(n_embd, n_embd)
            self.n_head, self.n_embd = n_head, n_embd

        def forward(self, x):
            b, t, c = x.size()
            q, k, v = self.c_attn(x).split(self.n_embd, dim=2)
            k = k.view(b, t, self.n_head, c // self.n_head).transpose(1, 2)
            q = q.view(b, t, self.n_head, c // self.n_head).transpose(1, 2)
            v = v.view(b, t, self.n_head, c // self.n_head).transpose(1, 2)
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            return self.c_proj(y.transpose(1, 2).contiguous().view(b, t, c))

    class Block(nn.Module):
        def __init__(self, n_embd, n_head):
            super().__init__()
            self.ln_1 = nn.LayerNorm(n_embd)
            self.attn = CausalSelfAttention(n_embd, n_head)
            self.ln_2 = nn.LayerNorm(n_embd)
            self.mlp = nn.ModuleDict(dict(c_fc=nn.Linear(n_embd, 4 * n_embd), c_proj=nn.Linear(4 * n_embd, n_embd)))

        def forward(self, x):
            x = x + self.attn(self.ln_1(x))
            m = self.mlp
            return x + m["c_proj"](F.gelu(m["c_fc"](self.ln_2(x)), approximate="tanh"))

    class GPT(nn.Module):
        def __init__(self):
            super().__init__()
            self.transformer = nn.ModuleDict(
                dict(
                    wte=nn.Embedding(17, 12),
                    wpe=nn.Embedding(8, 12),
                    h=nn.ModuleList([Block(12, 3) for _ in range(2)]),
                    ln_f=nn.LayerNorm(12),
                )
            )
            self.lm_head = nn.Linear(12, 17, bias=False)
            self.transformer.wte.weight = self.lm_head.weight

        def forward(self, idx):
            pos = torch.arange(0, idx.size(1), dtype=torch.long, device=idx.device)
            x = self.transformer.wte(idx) + self.transformer.wpe(pos)
            for block in self.transformer.h:
                x = block(x)
            return self.lm_head(self.transformer.ln_f(x))

    return GPT()
