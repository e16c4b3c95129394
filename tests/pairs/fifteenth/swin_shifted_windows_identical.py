"""Swin with two blocks, the second with shifted windows, and one patch merging: the mask between the windows is
computed from region numbers in Keras when the layer is built and is a buffer in PyTorch.
"""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import math

    import keras
    import numpy as np
    from keras import layers, ops

    def exact_gelu(x):
        return 0.5 * x * (1.0 + ops.erf(x / math.sqrt(2.0)))

    def to_windows(x, size):
        _, h, w, c = x.shape
        x = ops.reshape(x, (-1, h // size, size, w // size, size, c))
        return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, size * size, c))

    def from_windows(x, size, h, w):
        c = x.shape[-1]
        x = ops.reshape(x, (-1, h // size, w // size, size, size, c))
        return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, h, w, c))

    class WindowAttention(layers.Layer):
        def __init__(self, dim, heads, size, shift, **kwargs):
            super().__init__(**kwargs)
            self.dim, self.heads, self.size, self.shift = dim, heads, size, shift
            self.query = layers.Dense(dim, name="query")
            self.key = layers.Dense(dim, name="key")
            self.value = layers.Dense(dim, name="value")
            self.out = layers.Dense(dim, name="out")

        def build(self, shape):
            size, height, width = self.size, shape[1], shape[2]
            self.table = self.add_weight(
                shape=((2 * size - 1) ** 2, self.heads), initializer="random_normal", name="relative_bias"
            )
            spots = np.array([(i, j) for i in range(size) for j in range(size)])
            offsets = spots[:, None] - spots[None] + size - 1
            self.index = (offsets[..., 0] * (2 * size - 1) + offsets[..., 1]).reshape(-1)
            self.mask = None
            if self.shift:
                bands = np.zeros((height, width))
                cuts = (slice(0, -size), slice(-size, -self.shift), slice(-self.shift, None))
                for number, (rows, columns) in enumerate((a, b) for a in cuts for b in cuts):
                    bands[rows, columns] = number
                bands = bands.reshape(height // size, size, width // size, size).transpose(0, 2, 1, 3)
                bands = bands.reshape(-1, size * size)
                self.mask = np.where(bands[:, :, None] == bands[:, None, :], 0.0, -100.0)
            for dense in (self.query, self.key, self.value, self.out):
                dense.build((None, self.dim))

        def call(self, x):
            height, width = x.shape[1:3]
            size, heads, depth = self.size, self.heads, self.dim // self.heads
            if self.shift:
                x = ops.roll(x, (-self.shift, -self.shift), axis=(1, 2))
            w = to_windows(x, size)

            def by_head(t):
                return ops.transpose(ops.reshape(t, (-1, size * size, heads, depth)), (0, 2, 1, 3))

            q, k, v = by_head(self.query(w)), by_head(self.key(w)), by_head(self.value(w))
            scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / math.sqrt(depth)
            bias = ops.reshape(ops.take(self.table, self.index, axis=0), (size**2, size**2, heads))
            scores = scores + ops.transpose(bias, (2, 0, 1))
            if self.mask is not None:
                windows = self.mask.shape[0]
                mask = ops.convert_to_tensor(self.mask[None, :, None], dtype=scores.dtype)
                scores = ops.reshape(scores, (-1, windows, heads, size**2, size**2)) + mask
                scores = ops.reshape(scores, (-1, heads, size**2, size**2))
            mixed = ops.transpose(ops.matmul(ops.softmax(scores), v), (0, 2, 1, 3))
            mixed = self.out(ops.reshape(mixed, (-1, size**2, self.dim)))
            x = from_windows(mixed, size, height, width)
            return ops.roll(x, (self.shift, self.shift), axis=(1, 2)) if self.shift else x

    image = keras.Input((16, 16, 3))
    x = layers.Conv2D(16, 2, strides=2, name="patches")(image)
    x = layers.LayerNormalization(epsilon=1e-5, name="patches_norm")(x)
    for i, shift in enumerate((0, 2)):
        h = layers.LayerNormalization(epsilon=1e-5, name=f"block{i}_norm1")(x)
        x = x + WindowAttention(16, 2, 4, shift, name=f"block{i}_attention")(h)
        h = layers.LayerNormalization(epsilon=1e-5, name=f"block{i}_norm2")(x)
        h = layers.Dense(32, activation=exact_gelu, name=f"block{i}_fc1")(h)
        x = x + layers.Dense(16, name=f"block{i}_fc2")(h)
    x = ops.concatenate([x[:, ::2, ::2], x[:, 1::2, ::2], x[:, ::2, 1::2], x[:, 1::2, 1::2]], axis=-1)
    x = layers.LayerNormalization(epsilon=1e-5, name="merge_norm")(x)
    x = layers.Dense(32, use_bias=False, name="merge")(x)
    x = layers.LayerNormalization(epsilon=1e-5, name="last_norm")(x)
    return keras.Model(image, layers.Dense(5, name="head")(layers.GlobalAveragePooling2D()(x)))


def torch_model():
    import torch
    from torch import nn

    def window_partition(x, ws):
        B, H, W, C = x.shape
        return x.view(B, H // ws, ws, W // ws, ws, C).permute(0, 1, 3, 2, 4, 5).reshape(-1, ws * ws, C)

    def window_reverse(windows, ws, H, W):
        B = windows.shape[0] // (H * W // ws // ws)
        x = windows.view(B, H // ws, W // ws, ws, ws, -1)
        return x.permute(0, 1, 3, 2, 4, 5).reshape(B, H, W, -1)

    class WindowAttention(nn.Module):
        def __init__(self, dim, window_size, num_heads):
            super().__init__()
            self.num_heads = num_heads
            self.scale = (dim // num_heads) ** -0.5
            self.relative_position_bias_table = nn.Parameter(torch.randn((2 * window_size - 1) ** 2, num_heads) * 0.02)
            c = torch.stack(torch.meshgrid(torch.arange(window_size), torch.arange(window_size), indexing="ij"))
            c = c.flatten(1)
            rel = (c[:, :, None] - c[:, None, :]).permute(1, 2, 0).contiguous()
            rel += window_size - 1
            rel[:, :, 0] *= 2 * window_size - 1
            self.register_buffer("relative_position_index", rel.sum(-1))
            self.qkv = nn.Linear(dim, dim * 3)
            self.proj = nn.Linear(dim, dim)

        def forward(self, x, mask=None):
            B_, N, C = x.shape
            qkv = self.qkv(x).reshape(B_, N, 3, self.num_heads, C // self.num_heads).permute(2, 0, 3, 1, 4)
            q, k, v = qkv.unbind(0)
            attn = (q * self.scale) @ k.transpose(-2, -1)
            bias = self.relative_position_bias_table[self.relative_position_index]
            attn = attn + bias.permute(2, 0, 1).unsqueeze(0)
            if mask is not None:
                nW = mask.shape[0]
                attn = attn.view(B_ // nW, nW, self.num_heads, N, N) + mask.unsqueeze(1).unsqueeze(0)
                attn = attn.view(-1, self.num_heads, N, N)
            x = (attn.softmax(dim=-1) @ v).transpose(1, 2).reshape(B_, N, C)
            return self.proj(x)

    class SwinBlock(nn.Module):
        def __init__(self, dim, resolution, num_heads, window_size=4, shift_size=0):
            super().__init__()
            self.window_size, self.shift_size = window_size, shift_size
            self.norm1 = nn.LayerNorm(dim)
            self.attn = WindowAttention(dim, window_size, num_heads)
            self.norm2 = nn.LayerNorm(dim)
            self.mlp = nn.Sequential(nn.Linear(dim, dim * 2), nn.GELU(), nn.Linear(dim * 2, dim))
            attn_mask = None
            if shift_size > 0:
                img_mask = torch.zeros((1, resolution, resolution, 1))
                cnt = 0
                slices = (slice(0, -window_size), slice(-window_size, -shift_size), slice(-shift_size, None))
                for h in slices:
                    for w in slices:
                        img_mask[:, h, w, :] = cnt
                        cnt += 1
                m = window_partition(img_mask, window_size).squeeze(-1)
                attn_mask = m.unsqueeze(1) - m.unsqueeze(2)
                attn_mask = attn_mask.masked_fill(attn_mask != 0, -100.0).masked_fill(attn_mask == 0, 0.0)
            self.register_buffer("attn_mask", attn_mask)

        def forward(self, x):
            _, H, W, _ = x.shape
            shortcut = x
            x = self.norm1(x)
            if self.shift_size > 0:
                x = torch.roll(x, shifts=(-self.shift_size, -self.shift_size), dims=(1, 2))
            x = self.attn(window_partition(x, self.window_size), mask=self.attn_mask)
            x = window_reverse(x, self.window_size, H, W)
            if self.shift_size > 0:
                x = torch.roll(x, shifts=(self.shift_size, self.shift_size), dims=(1, 2))
            x = shortcut + x
            return x + self.mlp(self.norm2(x))

    class PatchMerging(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.reduction = nn.Linear(4 * dim, 2 * dim, bias=False)
            self.norm = nn.LayerNorm(4 * dim)

        def forward(self, x):
            B, H, W, C = x.shape
            x = x.reshape(B, H // 2, 2, W // 2, 2, C).permute(0, 1, 3, 4, 2, 5).flatten(3)
            return self.reduction(self.norm(x))

    class Swin(nn.Module):
        def __init__(self):
            super().__init__()
            self.patch_embed = nn.Conv2d(3, 16, kernel_size=2, stride=2)
            self.patch_norm = nn.LayerNorm(16)
            self.blocks = nn.ModuleList(SwinBlock(16, 8, 2, shift_size=0 if i % 2 == 0 else 2) for i in range(2))
            self.downsample = PatchMerging(16)
            self.norm = nn.LayerNorm(32)
            self.head = nn.Linear(32, 5)

        def forward(self, x):
            x = self.patch_norm(self.patch_embed(x).permute(0, 2, 3, 1))
            for blk in self.blocks:
                x = blk(x)
            x = self.norm(self.downsample(x))
            return self.head(x.mean(dim=(1, 2)))

    return Swin()
