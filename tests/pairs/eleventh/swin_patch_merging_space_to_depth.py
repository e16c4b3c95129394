"""Swin-like classifier for small satellite tiles, one window attention block per stage. In my Keras version the patch
merging is a space-to-depth, since that is what the slicing in the reference code does, I thought.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["patch-feature-order", "concat-order", "reshape-order"],
            "keras": ["merge", "merge/*", "merge_*"],
            "torch": ["merge", "merge.*", "cat*"],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def gelu(x):
        return 0.5 * x * (1.0 + ops.erf(x / 2.0**0.5))

    class WindowAttention(layers.Layer):
        def __init__(self, heads, window, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.window = heads, window

        def build(self, shape):
            dim, w = shape[-1], self.window
            self.qkv = layers.Dense(3 * dim, name="qkv")
            self.proj = layers.Dense(dim, name="proj")
            self.qkv.build((None, w * w, dim))
            self.proj.build((None, w * w, dim))
            self.table = self.add_weight(shape=((2 * w - 1) ** 2, self.heads), initializer="zeros", name="table")
            grid = np.stack(np.meshgrid(np.arange(w), np.arange(w), indexing="ij"), -1).reshape(-1, 2)
            offset = grid[:, None] - grid[None, :] + w - 1
            self.index = (offset[..., 0] * (2 * w - 1) + offset[..., 1]).astype("int32")

        def call(self, x):
            _, height, width, dim = x.shape
            w, heads, size = self.window, self.heads, dim // self.heads
            x = ops.reshape(x, (-1, height // w, w, width // w, w, dim))
            x = ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, w * w, dim))
            qkv = ops.reshape(self.qkv(x), (-1, w * w, 3, heads, size))
            scores = ops.einsum("nqhd,nkhd->nhqk", qkv[:, :, 0], qkv[:, :, 1]) * size**-0.5
            bias = ops.transpose(ops.take(self.table, self.index, axis=0), (2, 0, 1))
            mixed = ops.einsum("nhqk,nkhd->nqhd", ops.softmax(scores + bias), qkv[:, :, 2])
            x = self.proj(ops.reshape(mixed, (-1, w * w, dim)))
            x = ops.reshape(x, (-1, height // w, width // w, w, w, dim))
            return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, height, width, dim))

    class SpaceToDepth(layers.Layer):
        def call(self, x):
            _, height, width, dim = x.shape
            x = ops.reshape(x, (-1, height // 2, 2, width // 2, 2, dim))
            x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
            return ops.reshape(x, (-1, height // 2, width // 2, 4 * dim))

    def norm(x, name):
        return layers.LayerNormalization(epsilon=1e-5, name=name)(x)

    def swin_block(x, heads, name):
        y = WindowAttention(heads, 4, name=f"{name}_attn")(norm(x, f"{name}_norm1"))
        x = layers.Add(name=f"{name}_add1")([x, y])
        y = layers.Dense(4 * x.shape[-1], activation=gelu, name=f"{name}_fc1")(norm(x, f"{name}_norm2"))
        return layers.Add(name=f"{name}_add2")([x, layers.Dense(x.shape[-1], name=f"{name}_fc2")(y)])

    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 4, strides=4, name="patch_embed")(image)
    x = swin_block(norm(x, "patch_norm"), 2, "stage1")
    x = norm(SpaceToDepth(name="merge")(x), "merge_norm")
    x = layers.Dense(32, use_bias=False, name="merge_reduction")(x)
    x = norm(swin_block(x, 4, "stage2"), "last_norm")
    x = layers.GlobalAveragePooling2D(name="gap")(x)
    return keras.Model(image, layers.Dense(10, name="head")(x))


def torch_model():
    import torch
    from torch import nn

    class WindowAttention(nn.Module):
        def __init__(self, dim, window_size, num_heads):
            super().__init__()
            self.window_size, self.num_heads = window_size, num_heads
            self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * window_size - 1) ** 2, num_heads))
            coords = torch.stack(torch.meshgrid(*[torch.arange(window_size)] * 2, indexing="ij")).flatten(1)
            relative = (coords[:, :, None] - coords[:, None, :]).permute(1, 2, 0).contiguous() + window_size - 1
            relative[:, :, 0] *= 2 * window_size - 1
            self.register_buffer("relative_position_index", relative.sum(-1), persistent=False)
            self.qkv = nn.Linear(dim, dim * 3)
            self.proj = nn.Linear(dim, dim)

        def forward(self, x):
            B, N, C = x.shape
            q, k, v = self.qkv(x).reshape(B, N, 3, self.num_heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
            bias = self.relative_position_bias_table[self.relative_position_index.view(-1)].view(N, N, -1)
            attn = (q * (C // self.num_heads) ** -0.5) @ k.transpose(-2, -1) + bias.permute(2, 0, 1).unsqueeze(0)
            return self.proj((attn.softmax(dim=-1) @ v).transpose(1, 2).reshape(B, N, C))

    class SwinBlock(nn.Module):
        def __init__(self, dim, num_heads, window_size=4):
            super().__init__()
            self.window_size = window_size
            self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
            self.attn = WindowAttention(dim, window_size, num_heads)
            self.mlp = nn.Sequential(nn.Linear(dim, dim * 4), nn.GELU(), nn.Linear(dim * 4, dim))

        def forward(self, x):
            B, H, W, C = x.shape
            ws = self.window_size
            y = self.norm1(x).view(B, H // ws, ws, W // ws, ws, C).permute(0, 1, 3, 2, 4, 5).reshape(-1, ws * ws, C)
            y = self.attn(y).view(B, H // ws, W // ws, ws, ws, C).permute(0, 1, 3, 2, 4, 5).reshape(B, H, W, C)
            x = x + y
            return x + self.mlp(self.norm2(x))

    class PatchMerging(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.reduction = nn.Linear(4 * dim, 2 * dim, bias=False)
            self.norm = nn.LayerNorm(4 * dim)

        def forward(self, x):
            x0 = x[:, 0::2, 0::2, :]
            x1 = x[:, 1::2, 0::2, :]
            x2 = x[:, 0::2, 1::2, :]
            x3 = x[:, 1::2, 1::2, :]
            return self.reduction(self.norm(torch.cat([x0, x1, x2, x3], -1)))

    class Swin(nn.Module):
        def __init__(self, embed_dim=16, num_classes=10):
            super().__init__()
            self.proj = nn.Conv2d(3, embed_dim, kernel_size=4, stride=4)
            self.norm0 = nn.LayerNorm(embed_dim)
            self.stage1 = SwinBlock(embed_dim, 2)
            self.merge = PatchMerging(embed_dim)
            self.stage2 = SwinBlock(2 * embed_dim, 4)
            self.norm = nn.LayerNorm(2 * embed_dim)
            self.head = nn.Linear(2 * embed_dim, num_classes)

        def forward(self, x):
            x = self.norm0(self.proj(x).permute(0, 2, 3, 1))
            x = self.norm(self.stage2(self.merge(self.stage1(x))))
            return self.head(x.mean(dim=(1, 2)))

    return Swin()
