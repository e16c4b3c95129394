"""Handwriting decoder: causal self-attention with a learned bias per distance (clipped at 3), cross attention to
the text, mixture density heads at each step. Keras: MultiHeadAttention for the cross part, TimeDistributed heads;
PyTorch: all by hand, packed.
"""

INPUTS = ("8x3", "6x5")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class RelativeSelfAttention(layers.Layer):
        def __init__(self, heads, size, reach, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.size, self.reach = heads, size, reach
            self.distances = layers.Embedding(reach + 1, heads, name="distances")
            self.out = layers.Dense(heads * size, name="out")

        def build(self, shape):
            start = keras.initializers.GlorotUniform()
            kernel = (shape[-1], self.heads, self.size)
            self.value_kernel = self.add_weight(shape=kernel, initializer=start, name="value_kernel")
            self.key_kernel = self.add_weight(shape=kernel, initializer=start, name="key_kernel")
            self.query_kernel = self.add_weight(shape=kernel, initializer=start, name="query_kernel")
            self.distances.build((None, None))
            self.out.build((None, None, self.heads * self.size))

        def call(self, x):
            steps = x.shape[1]
            q = ops.einsum("btd,dhk->bhtk", x, self.query_kernel)
            k = ops.einsum("btd,dhk->bhtk", x, self.key_kernel)
            v = ops.einsum("btd,dhk->bhtk", x, self.value_kernel)
            back = ops.arange(steps)[:, None] - ops.arange(steps)[None, :]
            bias = ops.transpose(self.distances(ops.clip(back, 0, self.reach)), (2, 0, 1))
            scores = ops.einsum("bhtk,bhsk->bhts", q, k) * self.size**-0.5 + bias
            scores = ops.where(back >= 0, scores, -1e9)
            y = ops.einsum("bhts,bhsk->bthk", ops.softmax(scores), v)
            return self.out(ops.reshape(y, (-1, steps, self.heads * self.size)))

    strokes = keras.Input((8, 3), name="strokes")
    text = keras.Input((6, 5), name="text")
    memory = layers.Dense(12, name="read_text")(text)
    x = layers.Dense(12, name="read_strokes")(strokes)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm_self_{i}")(x)
        x = layers.Add()([x, RelativeSelfAttention(2, 6, 3, name=f"self_{i}")(y)])
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm_cross_{i}")(x)
        x = layers.Add()([x, layers.MultiHeadAttention(3, 4, name=f"cross_{i}")(query=y, value=memory)])
    pi = layers.TimeDistributed(layers.Dense(4, activation="softmax"), name="pi")(x)
    sigma = layers.TimeDistributed(layers.Dense(4, activation="exponential"), name="sigma")(x)
    mu = layers.TimeDistributed(layers.Dense(8), name="mu")(x)
    return keras.Model([strokes, text], {"pi": pi, "mu": layers.Reshape((8, 4, 2))(mu), "sigma": sigma})


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def split_heads(x, n):
        return x.unflatten(-1, (n, -1)).transpose(1, 2)

    class SelfAttention(nn.Module):
        def __init__(self, dim, n_head, max_dist):
            super().__init__()
            self.n_head, self.max_dist = n_head, max_dist
            self.c_attn = nn.Linear(dim, 3 * dim, bias=False)
            self.c_proj = nn.Linear(dim, dim)
            self.rel_bias = nn.Parameter(torch.randn(n_head, max_dist + 1) * 0.02)

        def forward(self, x):
            t = x.size(1)
            q, k, v = (split_heads(y, self.n_head) for y in self.c_attn(x).chunk(3, dim=-1))
            idx = torch.arange(t, device=x.device)
            dist = idx.unsqueeze(1) - idx
            mask = self.rel_bias[:, dist.clamp(0, self.max_dist)].masked_fill(dist < 0, float("-inf"))
            y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask.expand(x.size(0), -1, -1, -1))
            return self.c_proj(y.transpose(1, 2).flatten(2))

    class CrossAttention(nn.Module):
        def __init__(self, dim, n_head):
            super().__init__()
            self.n_head = n_head
            self.kv = nn.Linear(dim, 2 * dim)
            self.q = nn.Linear(dim, dim)
            self.proj = nn.Linear(dim, dim)

        def forward(self, x, mem):
            q = split_heads(self.q(x), self.n_head)
            k, v = (split_heads(y, self.n_head) for y in self.kv(mem).chunk(2, dim=-1))
            att = (q @ k.mT / k.size(-1) ** 0.5).softmax(-1)
            return self.proj((att @ v).transpose(1, 2).flatten(2))

    class DecoderLayer(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.cross, self.attn = CrossAttention(dim, 3), SelfAttention(dim, 2, 3)
            self.ln_1, self.ln_2 = nn.LayerNorm(dim), nn.LayerNorm(dim)

        def forward(self, x, mem):
            x = x + self.attn(self.ln_1(x))
            return x + self.cross(self.ln_2(x), mem)

    class Handwriter(nn.Module):
        def __init__(self, dim=12, n_mix=4):
            super().__init__()
            self.n_mix = n_mix
            self.embed = nn.ModuleDict({"text": nn.Linear(5, dim), "stroke": nn.Linear(3, dim)})
            self.layers = nn.ModuleList(DecoderLayer(dim) for _ in range(2))
            self.mdn = nn.Linear(dim, 4 * n_mix)

        def forward(self, strokes, text):
            x, mem = self.embed["stroke"](strokes), self.embed["text"](text)
            for layer in self.layers:
                x = layer(x, mem)
            mu, log_sigma, logits = self.mdn(x).split([2 * self.n_mix, self.n_mix, self.n_mix], dim=-1)
            return {"pi": logits.softmax(-1), "mu": mu.unflatten(-1, (self.n_mix, 2)), "sigma": log_sigma.exp()}

    return Handwriter()
