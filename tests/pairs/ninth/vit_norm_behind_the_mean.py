"""A small ViT without class token, the patches are averaged. Blocks in timm's manner on the PyTorch side."""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "attention-norm-position"],
            "keras": ["final_norm", "mean", "head"],
            "torch": ["mean*", "fc_norm", "head", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    class AddPositions(layers.Layer):
        def build(self, shape):
            self.table = self.add_weight(shape=(1, *shape[1:]), initializer="random_normal", name="table")

        def call(self, x):
            return x + self.table

    image = keras.Input((16, 16, 3))
    x = layers.Conv2D(16, 4, strides=4, name="patches")(image)
    x = layers.Reshape((16, 16), name="tokens")(x)
    x = AddPositions(name="positions")(x)
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-6, name=f"b{i}_norm1")(x)
        x = x + layers.MultiHeadAttention(4, 4, name=f"b{i}_attention")(y, y)
        y = layers.LayerNormalization(epsilon=1e-6, name=f"b{i}_norm2")(x)
        y = layers.Dense(32, activation="gelu", name=f"b{i}_fc1")(y)
        x = x + layers.Dense(16, name=f"b{i}_fc2")(y)
    x = layers.LayerNormalization(epsilon=1e-6, name="final_norm")(x)
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    return keras.Model(image, layers.Dense(6, name="head")(x))


def torch_model():
    from functools import partial

    import torch
    import torch.nn.functional as F
    from torch import nn

    norm_layer = partial(nn.LayerNorm, eps=1e-6)

    class Attention(nn.Module):
        def __init__(self, dim, num_heads):
            super().__init__()
            self.num_heads = num_heads
            self.qkv = nn.Linear(dim, dim * 3)
            self.proj = nn.Linear(dim, dim)

        def forward(self, x):
            B, N, C = x.shape
            q, k, v = self.qkv(x).reshape(B, N, 3, self.num_heads, C // self.num_heads).permute(2, 0, 3, 1, 4).unbind(0)
            x = F.scaled_dot_product_attention(q, k, v)
            return self.proj(x.transpose(1, 2).reshape(B, N, C))

    class Block(nn.Module):
        def __init__(self, dim, num_heads, mlp_ratio=2):
            super().__init__()
            self.norm1, self.attn = norm_layer(dim), Attention(dim, num_heads)
            self.norm2 = norm_layer(dim)
            self.mlp = nn.Sequential(nn.Linear(dim, dim * mlp_ratio), nn.GELU(), nn.Linear(dim * mlp_ratio, dim))

        def forward(self, x):
            x = x + self.attn(self.norm1(x))
            return x + self.mlp(self.norm2(x))

    class VisionTransformer(nn.Module):
        def __init__(self, dim=16, depth=2, num_heads=4, num_classes=6):
            super().__init__()
            self.patch_embed = nn.Conv2d(3, dim, 4, 4)
            self.pos_embed = nn.Parameter(torch.randn(1, 16, dim) * 0.02)
            self.blocks = nn.Sequential(*[Block(dim, num_heads) for _ in range(depth)])
            self.fc_norm = norm_layer(dim)
            self.head = nn.Linear(dim, num_classes)

        def forward(self, x):
            x = self.patch_embed(x).flatten(2).transpose(1, 2) + self.pos_embed
            x = self.blocks(x)
            return self.head(self.fc_norm(x.mean(dim=1)))

    return VisionTransformer()
