"""Shifted local attention: after the roll the PyTorch blocks let both ends of the signal see each other."""

INPUTS = ("12x9",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["attention-mask-missing"], "keras": ["*block_1*", "*block_3*"], "torch": ["blocks.1*", "blocks.3*"]}
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class LocalAttention(layers.Layer):
        """Attention inside windows of ``window`` steps, optionally shifted by half a window."""

        def __init__(self, dim, heads, window, shifted, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.size, self.window = heads, dim // heads, window
            self.shift = window // 2 if shifted else 0
            self.qkv = layers.Dense(3 * dim, use_bias=False, name="qkv")
            self.out = layers.Dense(dim, name="out")

        def mask(self, n):
            part = np.zeros(n, dtype=int)
            part[n - self.window : n - self.shift] = 1
            part[n - self.shift :] = 2
            part = part.reshape(-1, self.window)
            return part[:, None, :] == part[:, :, None]

        def call(self, x):
            n, w, d = x.shape[1], self.window, x.shape[2]
            if self.shift:
                x = ops.roll(x, -self.shift, axis=1)
            q, k, v = ops.split(ops.reshape(self.qkv(x), (-1, n // w, w, 3 * d)), 3, axis=-1)
            q, k, v = (ops.reshape(t, (-1, n // w, w, self.heads, self.size)) for t in (q, k, v))
            scores = ops.einsum("bnqhd,bnkhd->bnhqk", q, k) * self.size**-0.5
            if self.shift:
                scores = ops.where(self.mask(n)[None, :, None], scores, -1e9)
            y = ops.einsum("bnhqk,bnkhd->bnqhd", ops.softmax(scores), v)
            y = self.out(ops.reshape(y, (-1, n, d)))
            return ops.roll(y, self.shift, axis=1) if self.shift else y

    class Block(layers.Layer):
        def __init__(self, dim, shifted, **kwargs):
            super().__init__(**kwargs)
            self.norm1 = layers.LayerNormalization(epsilon=1e-5, name="norm1")
            self.attn = LocalAttention(dim, 2, 4, shifted, name="attn")
            self.norm2 = layers.LayerNormalization(epsilon=1e-5, name="norm2")
            self.mlp = keras.Sequential([layers.Dense(2 * dim, activation="relu"), layers.Dense(dim)], name="mlp")

        def call(self, x):
            x = x + self.attn(self.norm1(x))
            return x + self.mlp(self.norm2(x))

    class LocalEncoder(keras.Model):
        def __init__(self, dim=10, depth=4, **kwargs):
            super().__init__(**kwargs)
            self.embed = layers.Dense(dim, name="embed")
            self.blocks = [Block(dim, shifted=i % 2 == 1, name=f"block_{i}") for i in range(depth)]
            self.head = layers.Dense(3, name="head")

        def call(self, x):
            x = self.embed(x)
            for block in self.blocks:
                x = block(x)
            return self.head(x)

    return LocalEncoder(name="local_encoder")


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class LocalMHA(nn.Module):
        def __init__(self, dim, heads, window, shift=0):
            super().__init__()
            self.heads, self.window, self.shift = heads, window, shift
            self.to_qkv = nn.Linear(dim, 3 * dim, bias=False)
            self.to_out = nn.Linear(dim, dim)

        def forward(self, x):
            b, n, d = x.shape
            x = torch.roll(x, -self.shift, 1)
            qkv = self.to_qkv(x).view(b, n // self.window, self.window, 3, self.heads, d // self.heads)
            q, k, v = qkv.permute(3, 0, 1, 4, 2, 5)
            y = F.scaled_dot_product_attention(q, k, v)
            y = self.to_out(y.transpose(2, 3).reshape(b, n, d))
            return torch.roll(y, self.shift, 1)

    class Block(nn.Module):
        def __init__(self, dim, shift):
            super().__init__()
            self.norm1 = nn.LayerNorm(dim)
            self.attn = LocalMHA(dim, 2, 4, shift)
            self.norm2 = nn.LayerNorm(dim)
            self.mlp = nn.Sequential(nn.Linear(dim, 2 * dim), nn.ReLU(), nn.Linear(2 * dim, dim))

        def forward(self, x):
            x = x + self.attn(self.norm1(x))
            return x + self.mlp(self.norm2(x))

    class Encoder(nn.Module):
        def __init__(self, dim=10):
            super().__init__()
            self.proj_in = nn.Linear(9, dim)
            self.blocks = nn.ModuleList([Block(dim, shift) for shift in (0, 2, 0, 2)])
            self.proj_out = nn.Linear(dim, 3)

        def forward(self, x):
            x = self.proj_in(x)
            for block in self.blocks:
                x = block(x)
            return self.proj_out(x)

    return Encoder()
