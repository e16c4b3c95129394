"""Two Swin stages (shifted windows, relative position table, patch merging), ported from timm to Keras layers."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def relative_index(w):
        coords = np.stack(np.meshgrid(np.arange(w), np.arange(w), indexing="ij")).reshape(2, -1)
        delta = coords[:, :, None] - coords[:, None, :] + w - 1
        return (delta[0] * (2 * w - 1) + delta[1]).reshape(-1)

    def shift_mask(size, w, shift):
        region = np.zeros((size, size))
        number = 0
        for rows in (slice(0, -w), slice(-w, -shift), slice(-shift, None)):
            for cols in (slice(0, -w), slice(-w, -shift), slice(-shift, None)):
                region[rows, cols] = number
                number += 1
        region = region.reshape(size // w, w, size // w, w).transpose(0, 2, 1, 3).reshape(-1, w * w)
        return np.where(region[:, None, :] != region[:, :, None], -100.0, 0.0)

    class WindowAttention(layers.Layer):
        def __init__(self, dim, window, heads, **kwargs):
            super().__init__(**kwargs)
            self.dim, self.window, self.heads = dim, window, heads
            self.qkv = layers.Dense(3 * dim, name="qkv")
            self.proj = layers.Dense(dim, name="proj")
            self.index = relative_index(window)

        def build(self, shape):
            self.table = self.add_weight(
                shape=((2 * self.window - 1) ** 2, self.heads), initializer="random_normal", name="table"
            )
            self.qkv.build(shape)
            self.proj.build(shape)
            self.built = True

        def call(self, x, mask=None):
            n, hd = self.window**2, self.dim // self.heads
            qkv = ops.reshape(self.qkv(x), (-1, n, 3, self.heads, hd))
            q, k, v = ops.unstack(ops.transpose(qkv, (2, 0, 3, 1, 4)), 3, axis=0)
            scores = ops.matmul(q * hd**-0.5, ops.transpose(k, (0, 1, 3, 2)))
            bias = ops.reshape(ops.take(self.table, self.index, axis=0), (n, n, self.heads))
            scores = scores + ops.transpose(bias, (2, 0, 1))[None]
            if mask is not None:
                windows = mask.shape[0]
                scores = ops.reshape(scores, (-1, windows, self.heads, n, n))
                scores = scores + ops.cast(mask, scores.dtype)[None, :, None]
                scores = ops.reshape(scores, (-1, self.heads, n, n))
            out = ops.matmul(ops.softmax(scores, axis=-1), v)
            return self.proj(ops.reshape(ops.transpose(out, (0, 2, 1, 3)), (-1, n, self.dim)))

    class SwinBlock(layers.Layer):
        def __init__(self, dim, size, window, shift, heads, **kwargs):
            super().__init__(**kwargs)
            self.dim, self.size, self.window, self.shift = dim, size, window, shift
            self.norm1 = layers.LayerNormalization(epsilon=1e-5, name="norm1")
            self.attn = WindowAttention(dim, window, heads, name="attn")
            self.norm2 = layers.LayerNormalization(epsilon=1e-5, name="norm2")
            self.fc1 = layers.Dense(2 * dim, activation="gelu", name="fc1")
            self.fc2 = layers.Dense(dim, name="fc2")
            self.mask = shift_mask(size, window, shift) if shift else None

        def call(self, x):
            s, w, c = self.size, self.window, self.dim
            y = self.norm1(x)
            if self.shift:
                y = ops.roll(y, (-self.shift, -self.shift), axis=(1, 2))
            y = ops.reshape(y, (-1, s // w, w, s // w, w, c))
            y = ops.reshape(ops.transpose(y, (0, 1, 3, 2, 4, 5)), (-1, w * w, c))
            y = self.attn(y, mask=self.mask)
            y = ops.reshape(y, (-1, s // w, s // w, w, w, c))
            y = ops.reshape(ops.transpose(y, (0, 1, 3, 2, 4, 5)), (-1, s, s, c))
            if self.shift:
                y = ops.roll(y, (self.shift, self.shift), axis=(1, 2))
            x = x + y
            return x + self.fc2(self.fc1(self.norm2(x)))

    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(12, 2, strides=2, name="patch_embed")(inputs)
    x = layers.LayerNormalization(epsilon=1e-5, name="patch_norm")(x)
    x = SwinBlock(12, 8, 4, 0, 2, name="stage1_block1")(x)
    x = SwinBlock(12, 8, 4, 2, 2, name="stage1_block2")(x)
    x = ops.concatenate([x[:, 0::2, 0::2], x[:, 1::2, 0::2], x[:, 0::2, 1::2], x[:, 1::2, 1::2]], axis=-1)
    x = layers.LayerNormalization(epsilon=1e-5, name="merge_norm")(x)
    x = layers.Dense(24, use_bias=False, name="merge")(x)
    x = SwinBlock(24, 4, 4, 0, 4, name="stage2_block1")(x)
    x = layers.LayerNormalization(epsilon=1e-5, name="norm")(x)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(inputs, layers.Dense(5, name="head")(x))


def torch_model():
    import torch
    from torch import nn

    def window_partition(x, ws: int):
        b, h, w, c = x.shape
        x = x.view(b, h // ws, ws, w // ws, ws, c)
        return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, ws * ws, c)

    def window_reverse(windows, ws: int, h: int, w: int):
        c = windows.shape[-1]
        x = windows.view(-1, h // ws, w // ws, ws, ws, c)
        return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, h, w, c)

    class Mlp(nn.Module):
        def __init__(self, dim, hidden):
            super().__init__()
            self.fc1 = nn.Linear(dim, hidden)
            self.act = nn.GELU()
            self.fc2 = nn.Linear(hidden, dim)

        def forward(self, x):
            return self.fc2(self.act(self.fc1(x)))

    class WindowAttention(nn.Module):
        def __init__(self, dim, ws, num_heads):
            super().__init__()
            self.num_heads = num_heads
            self.scale = (dim // num_heads) ** -0.5
            self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * ws - 1) ** 2, num_heads))
            coords = torch.stack(torch.meshgrid(torch.arange(ws), torch.arange(ws), indexing="ij")).flatten(1)
            rel = (coords[:, :, None] - coords[:, None, :]).permute(1, 2, 0) + ws - 1
            self.register_buffer("relative_position_index", rel[..., 0] * (2 * ws - 1) + rel[..., 1], persistent=False)
            self.qkv = nn.Linear(dim, dim * 3, bias=True)
            self.proj = nn.Linear(dim, dim)
            nn.init.trunc_normal_(self.relative_position_bias_table, std=0.02)

        def forward(self, x, mask=None):
            b, n, c = x.shape
            qkv = self.qkv(x).reshape(b, n, 3, self.num_heads, -1).permute(2, 0, 3, 1, 4)
            q, k, v = qkv.unbind(0)
            attn = (q * self.scale) @ k.transpose(-2, -1)
            bias = self.relative_position_bias_table[self.relative_position_index.view(-1)].view(n, n, -1)
            attn = attn + bias.permute(2, 0, 1).contiguous().unsqueeze(0)
            if mask is not None:
                nw = mask.shape[0]
                attn = attn.view(-1, nw, self.num_heads, n, n) + mask.unsqueeze(1).unsqueeze(0)
                attn = attn.view(-1, self.num_heads, n, n)
            x = attn.softmax(dim=-1) @ v
            return self.proj(x.transpose(1, 2).reshape(b, n, c))

    class SwinTransformerBlock(nn.Module):
        def __init__(self, dim, resolution, num_heads, window_size, shift_size=0):
            super().__init__()
            self.ws, self.shift, self.resolution = window_size, shift_size, resolution
            self.norm1 = nn.LayerNorm(dim)
            self.attn = WindowAttention(dim, window_size, num_heads)
            self.norm2 = nn.LayerNorm(dim)
            self.mlp = Mlp(dim, 2 * dim)
            mask = None
            if shift_size > 0:
                img = torch.zeros(1, resolution, resolution, 1)
                cnt = 0
                slices = (slice(0, -window_size), slice(-window_size, -shift_size), slice(-shift_size, None))
                for h in slices:
                    for w in slices:
                        img[:, h, w, :] = cnt
                        cnt += 1
                wins = window_partition(img, window_size).view(-1, window_size**2)
                mask = wins.unsqueeze(1) - wins.unsqueeze(2)
                mask = mask.masked_fill(mask != 0, -100.0).masked_fill(mask == 0, 0.0)
            self.register_buffer("attn_mask", mask, persistent=False)

        def forward(self, x):
            _b, h, w, _c = x.shape
            shifted = self.norm1(x)
            if self.shift > 0:
                shifted = torch.roll(shifted, shifts=(-self.shift, -self.shift), dims=(1, 2))
            windows = self.attn(window_partition(shifted, self.ws), mask=self.attn_mask)
            shifted = window_reverse(windows, self.ws, h, w)
            if self.shift > 0:
                shifted = torch.roll(shifted, shifts=(self.shift, self.shift), dims=(1, 2))
            x = x + shifted
            return x + self.mlp(self.norm2(x))

    class PatchMerging(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.reduction = nn.Linear(4 * dim, 2 * dim, bias=False)
            self.norm = nn.LayerNorm(4 * dim)

        def forward(self, x):
            b, h, w, c = x.shape
            x = x.reshape(b, h // 2, 2, w // 2, 2, c).permute(0, 1, 3, 4, 2, 5).flatten(3)
            return self.reduction(self.norm(x))

    class Swin(nn.Module):
        def __init__(self):
            super().__init__()
            self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(3, 12, 2, 2), "norm": nn.LayerNorm(12)})
            self.layers = nn.ModuleList(
                [
                    nn.Sequential(SwinTransformerBlock(12, 8, 2, 4, 0), SwinTransformerBlock(12, 8, 2, 4, 2)),
                    nn.Sequential(PatchMerging(12), SwinTransformerBlock(24, 4, 4, 4, 0)),
                ]
            )
            self.norm = nn.LayerNorm(24)
            self.head = nn.Linear(24, 5)

        def forward(self, x):
            x = self.patch_embed["norm"](self.patch_embed["proj"](x).permute(0, 2, 3, 1))
            for layer in self.layers:
                x = layer(x)
            return self.head(self.norm(x).mean(dim=(1, 2)))

    return Swin()
