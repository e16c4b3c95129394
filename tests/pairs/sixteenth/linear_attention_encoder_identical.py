"""Text encoder with linear attention, elu plus one as the feature map: PyTorch has one projection for queries, keys and
values and multiplies matrices, Keras has three and writes einsums.
"""

INPUTS = ("16:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class LinearAttention(layers.Layer):
        def __init__(self, dim, heads, **kwargs):
            super().__init__(**kwargs)
            self.heads = heads
            self.query = layers.Dense(dim, use_bias=False, name="query")
            self.key = layers.Dense(dim, use_bias=False, name="key")
            self.value = layers.Dense(dim, use_bias=False, name="value")
            self.merge = layers.Dense(dim, name="merge")

        def call(self, x):
            _, length, dim = x.shape
            shape = (-1, length, self.heads, dim // self.heads)
            q = ops.elu(ops.reshape(self.query(x), shape)) + 1
            k = ops.elu(ops.reshape(self.key(x), shape)) + 1
            v = ops.reshape(self.value(x), shape)
            memory = ops.einsum("bnhd,bnhe->bhde", k, v)
            total = ops.einsum("bnhd,bhd->bnh", q, ops.sum(k, axis=1))
            x = ops.einsum("bnhd,bhde->bnhe", q, memory) / (ops.expand_dims(total, -1) + 1e-6)
            return self.merge(ops.reshape(x, (-1, length, dim)))

    class AddPositions(layers.Layer):
        def build(self, shape):
            self.table = self.add_weight(shape=shape[1:], initializer="random_normal", name="table")

        def call(self, x):
            return x + self.table

    words = keras.Input((16,), dtype="int32")
    x = layers.Embedding(60, 24, name="words")(words)
    x = AddPositions(name="positions")(x)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm1_{i}")(x)
        x = layers.Add(name=f"add1_{i}")([x, LinearAttention(24, 3, name=f"attention_{i}")(y)])
        y = layers.LayerNormalization(epsilon=1e-5, name=f"norm2_{i}")(x)
        y = layers.Dense(48, activation="silu", name=f"expand_{i}")(y)
        x = layers.Add(name=f"add2_{i}")([x, layers.Dense(24, name=f"shrink_{i}")(y)])
    x = layers.LayerNormalization(epsilon=1e-5, name="final_norm")(x)
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    return keras.Model(words, layers.Dense(4, name="classes")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class PreNorm(nn.Module):
        def __init__(self, dim, fn):
            super().__init__()
            self.fn = fn
            self.norm = nn.LayerNorm(dim)

        def forward(self, x):
            return x + self.fn(self.norm(x))

    class LinearSelfAttention(nn.Module):
        def __init__(self, dim, heads, eps=1e-6):
            super().__init__()
            self.heads, self.eps = heads, eps
            self.to_qkv = nn.Linear(dim, dim * 3, bias=False)
            self.to_out = nn.Linear(dim, dim)

        def forward(self, x):
            b, n, d = x.shape
            q, k, v = (t.view(b, n, self.heads, -1).transpose(1, 2) for t in self.to_qkv(x).chunk(3, dim=-1))
            q, k = F.elu(q) + 1, F.elu(k) + 1
            context = k.transpose(-2, -1) @ v
            denominator = q @ k.sum(dim=-2).unsqueeze(-1) + self.eps
            out = (q @ context) / denominator
            return self.to_out(out.transpose(1, 2).reshape(b, n, d))

    class LinearTransformer(nn.Module):
        def __init__(self, num_tokens=60, dim=24, depth=2, heads=3, max_len=16, num_classes=4):
            super().__init__()
            self.token_emb = nn.Embedding(num_tokens, dim)
            self.pos_emb = nn.Parameter(torch.randn(1, max_len, dim))
            blocks = []
            for _ in range(depth):
                ff = nn.Sequential(nn.Linear(dim, dim * 2), nn.SiLU(), nn.Linear(dim * 2, dim))
                blocks += [PreNorm(dim, LinearSelfAttention(dim, heads)), PreNorm(dim, ff)]
            self.blocks = nn.Sequential(*blocks)
            self.head = nn.Linear(dim, num_classes)
            self.norm = nn.LayerNorm(dim)

        def forward(self, x):
            x = self.token_emb(x) + self.pos_emb[:, : x.shape[1]]
            return self.head(self.norm(self.blocks(x)).mean(dim=1))

    return LinearTransformer()
