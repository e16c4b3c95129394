"""Encoder for multivariate sensor windows, pre-norm, with one dense layer for queries, keys and values together, which
each side cuts up with a reshape.
"""

INPUTS = ("20x5",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["split-order", "reshape-order"],
            "keras": ["block_0_attention", "block_0_attention/*", "block_1_attention", "block_1_attention/*"],
            "torch": [
                "layers.*.attn*",
                "view*",
                "reshape*",
                "chunk*",
                "getitem*",
                "transpose*",
                "scaled_dot_product_attention*",
                "matmul*",
            ],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class SelfAttention(layers.Layer):
        def __init__(self, dim, heads, **kwargs):
            super().__init__(**kwargs)
            self.dim, self.heads = dim, heads
            self.qkv = layers.Dense(3 * dim, name="qkv")
            self.proj = layers.Dense(dim, name="proj")

        def call(self, x):
            n, size = x.shape[1], self.dim // self.heads
            qkv = ops.reshape(self.qkv(x), (-1, n, 3, self.heads, size))
            q, k, v = ops.unstack(ops.transpose(qkv, (2, 0, 3, 1, 4)), num=3, axis=0)
            scores = ops.einsum("bhqd,bhkd->bhqk", q, k) / size**0.5
            x = ops.einsum("bhqk,bhkd->bhqd", ops.softmax(scores, axis=-1), v)
            return self.proj(ops.reshape(ops.transpose(x, (0, 2, 1, 3)), (-1, n, self.dim)))

    window = keras.Input((20, 5))
    x = layers.Dense(32, name="embed")(window)
    for i in range(2):
        h = layers.LayerNormalization(epsilon=1e-5, name=f"block_{i}_ln1")(x)
        x = layers.Add(name=f"block_{i}_add1")([x, SelfAttention(32, 2, name=f"block_{i}_attention")(h)])
        h = layers.LayerNormalization(epsilon=1e-5, name=f"block_{i}_ln2")(x)
        h = layers.Dense(32, name=f"block_{i}_down")(layers.Dense(64, activation="silu", name=f"block_{i}_up")(h))
        x = layers.Add(name=f"block_{i}_add2")([x, h])
    x = layers.LayerNormalization(epsilon=1e-5, name="final_norm")(x)
    x = layers.GlobalAveragePooling1D(name="pooled")(x)
    return keras.Model(window, layers.Dense(3, name="states")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, dim, num_heads):
            super().__init__()
            self.num_heads = num_heads
            self.to_qkv = nn.Linear(dim, dim * 3)
            self.to_out = nn.Linear(dim, dim)

        def forward(self, x):
            b, n, d = x.shape
            qkv = self.to_qkv(x).view(b, n, self.num_heads, 3 * d // self.num_heads).transpose(1, 2)
            q, k, v = qkv.chunk(3, dim=-1)
            out = F.scaled_dot_product_attention(q, k, v)
            return self.to_out(out.transpose(1, 2).reshape(b, n, d))

    class Layer(nn.Module):
        def __init__(self, dim=32, num_heads=2):
            super().__init__()
            self.attn = Attention(dim, num_heads)
            self.ff = nn.Sequential(nn.Linear(dim, 2 * dim), nn.SiLU(), nn.Linear(2 * dim, dim))
            self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)

        def forward(self, x):
            x = x + self.attn(self.norm1(x))
            return x + self.ff(self.norm2(x))

    class SensorEncoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.input_proj = nn.Linear(5, 32)
            self.layers = nn.ModuleList([Layer() for _ in range(2)])
            self.norm = nn.LayerNorm(32)
            self.head = nn.Linear(32, 3)

        def forward(self, x):
            x = self.input_proj(x)
            for layer in self.layers:
                x = layer(x)
            return self.head(self.norm(x).mean(1))

    return SensorEncoder()
