"""T5 encoder by hand: the relative bias of the first layer must be passed on to the later ones; Keras uses it once."""

INPUTS = ("8:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["positions-missing", "branch-missing", "wiring-other"],
            "keras": ["block_1*", "*attention_1*"],
            "torch": ["block.1.*", ""],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def bucket(steps, buckets=8, reach=6):
        """Bidirectional buckets of T5, as a constant table of (query, key)."""
        distance = np.arange(steps)[None, :] - np.arange(steps)[:, None]
        half = buckets // 2
        found = (distance > 0) * half
        n = np.abs(distance)
        exact = half // 2
        large = exact + (np.log(np.maximum(n, 1) / exact) / np.log(reach / exact) * (half - exact)).astype(int)
        return found + np.where(n < exact, n, np.minimum(large, half - 1))

    class RMS(layers.Layer):
        def build(self, shape):
            self.weight = self.add_weight(shape=(shape[-1],), initializer="ones", name="weight")

        def call(self, x):
            return self.weight * x / ops.sqrt(ops.mean(x * x, axis=-1, keepdims=True) + 1e-6)

    class Attention(layers.Layer):
        def __init__(self, heads, size, relative=False, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.size = heads, size
            self.query = layers.EinsumDense("btd,dhk->bhtk", (heads, None, size), name="query")
            self.key = layers.EinsumDense("btd,dhk->bhtk", (heads, None, size), name="key")
            self.value = layers.EinsumDense("btd,dhk->bhtk", (heads, None, size), name="value")
            self.out = layers.Dense(heads * size, use_bias=False, name="out")
            self.table = layers.Embedding(8, heads, name="relative_bias") if relative else None

        def call(self, x):
            b, t, d = ops.shape(x)
            scores = ops.einsum("bhqd,bhkd->bhqk", self.query(x), self.key(x))
            if self.table is not None:
                scores = scores + ops.transpose(self.table(ops.convert_to_tensor(bucket(t))), (2, 0, 1))[None]
            y = ops.matmul(ops.softmax(scores), self.value(x))
            return self.out(ops.reshape(ops.transpose(y, (0, 2, 1, 3)), (b, t, d)))

    class Block(layers.Layer):
        def __init__(self, number, **kwargs):
            super().__init__(**kwargs)
            self.norm1, self.norm2 = RMS(name="norm1"), RMS(name="norm2")
            self.attention = Attention(4, 4, relative=number == 0, name="attention")
            self.wi = layers.Dense(24, use_bias=False, activation="relu", name="wi")
            self.wo = layers.Dense(16, use_bias=False, name="wo")

        def call(self, x):
            x = x + self.attention(self.norm1(x))
            return x + self.wo(self.wi(self.norm2(x)))

    tokens = keras.Input((8,), dtype="int32", name="tokens")
    x = layers.Embedding(40, 16, name="shared")(tokens)
    for i in range(2):
        x = Block(i, name=f"block_{i}")(x)
    return keras.Model(tokens, RMS(name="final_norm")(x))


def torch_model():
    import math

    import torch
    from torch import nn

    def relative_position_bucket(relative_position, num_buckets=8, max_distance=6):
        num_buckets //= 2
        relative_buckets = (relative_position > 0).to(torch.long) * num_buckets
        relative_position = torch.abs(relative_position)
        max_exact = num_buckets // 2
        is_small = relative_position < max_exact
        large = max_exact + (
            torch.log(relative_position.clamp(min=1).float() / max_exact)
            / math.log(max_distance / max_exact)
            * (num_buckets - max_exact)
        ).to(torch.long)
        large = torch.min(large, torch.full_like(large, num_buckets - 1))
        return relative_buckets + torch.where(is_small, relative_position, large)

    class T5LayerNorm(nn.Module):
        def __init__(self, hidden_size, eps=1e-6):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(hidden_size))
            self.variance_epsilon = eps

        def forward(self, x):
            return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.variance_epsilon))

    class T5Attention(nn.Module):
        def __init__(self, d_model, n_heads, has_bias):
            super().__init__()
            self.n_heads = n_heads
            self.q, self.k, self.v, self.o = (nn.Linear(d_model, d_model, bias=False) for _ in range(4))
            if has_bias:
                self.relative_attention_bias = nn.Embedding(8, n_heads)

        def forward(self, x, position_bias=None):
            b, t, d = x.shape
            q, k, v = (m(x).view(b, t, self.n_heads, -1).transpose(1, 2) for m in (self.q, self.k, self.v))
            if position_bias is None:
                where = torch.arange(t)
                buckets = relative_position_bucket(where[None, :] - where[:, None])
                position_bias = self.relative_attention_bias(buckets).permute(2, 0, 1).unsqueeze(0)
            attn = (q @ k.mT + position_bias).softmax(-1)
            return self.o((attn @ v).transpose(1, 2).reshape(b, t, d)), position_bias

    class T5Block(nn.Module):
        def __init__(self, has_bias):
            super().__init__()
            self.ln_1, self.attn, self.ln_2 = T5LayerNorm(16), T5Attention(16, 4, has_bias), T5LayerNorm(16)
            self.wi, self.wo = nn.Linear(16, 24, bias=False), nn.Linear(24, 16, bias=False)

        def forward(self, x, position_bias):
            y, position_bias = self.attn(self.ln_1(x), position_bias)
            x = x + y
            return x + self.wo(self.wi(self.ln_2(x)).relu()), position_bias

    class T5Stack(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed_tokens = nn.Embedding(40, 16)
            self.block = nn.ModuleList([T5Block(has_bias=i == 0) for i in range(2)])
            self.final_layer_norm = T5LayerNorm(16)

        def forward(self, input_ids):
            x, position_bias = self.embed_tokens(input_ids), None
            for block in self.block:
                x, position_bias = block(x, position_bias)
            return self.final_layer_norm(x)

    return T5Stack()
