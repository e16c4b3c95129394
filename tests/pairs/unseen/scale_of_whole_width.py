"""Fused qkv whose scores are divided by sqrt(dim) instead of sqrt(dim / heads)."""

INPUTS = ("7x12",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-scale", "scale-other"],
            "keras": ["multi_head_attention"],
            "torch": ["blocks.0.attn", "blocks.0.attn.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((7, 12))
    y = layers.LayerNormalization(epsilon=1e-6)(inputs)
    y = layers.MultiHeadAttention(3, 4)(y, y)
    x = layers.Add()([inputs, y])
    y = layers.LayerNormalization(epsilon=1e-6)(x)
    y = layers.Dense(24, activation="gelu")(y)
    y = layers.Dense(12)(y)
    x = layers.Add()([x, y])
    return keras.Model(inputs, layers.LayerNormalization(epsilon=1e-6)(x))


def torch_model():
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, dim, num_heads=3):
            super().__init__()
            self.num_heads = num_heads
            self.scale = dim**-0.5
            self.qkv = nn.Linear(dim, dim * 3)
            self.proj = nn.Linear(dim, dim)

        def forward(self, x):
            b, n, c = x.shape
            qkv = self.qkv(x).reshape(b, n, 3, self.num_heads, c // self.num_heads).permute(2, 0, 3, 1, 4)
            q, k, v = qkv.unbind(0)
            attn = (q * self.scale) @ k.transpose(-2, -1)
            x = (attn.softmax(dim=-1) @ v).transpose(1, 2).reshape(b, n, c)
            return self.proj(x)

    class Block(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.norm1 = nn.LayerNorm(dim, eps=1e-6)
            self.attn = Attention(dim)
            self.norm2 = nn.LayerNorm(dim, eps=1e-6)
            self.mlp = nn.Sequential(nn.Linear(dim, 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim))

        def forward(self, x):
            x = x + self.attn(self.norm1(x))
            return x + self.mlp(self.norm2(x))

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.ModuleList([Block(12)])
            self.norm = nn.LayerNorm(12, eps=1e-6)

        def forward(self, x):
            for block in self.blocks:
                x = block(x)
            return self.norm(x)

    return Encoder()
