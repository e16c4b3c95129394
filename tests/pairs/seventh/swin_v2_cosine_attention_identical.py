"""Swin V2: cosine attention with clamped logit scale, continuous position bias from log-spaced offsets, norm
after.

PyTorch after microsoft/Swin-Transformer (q and v bias, none for k, tables as buffers), Keras in one layer with
numpy.
"""

INPUTS = ("6x6x12",)
TRUTH = {"identical": True}


def keras_model():
    import math

    import keras
    import numpy as np
    from keras import layers, ops

    class WindowAttention(layers.Layer):
        def __init__(self, heads=3, window=3, shift=0, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.window, self.shift = heads, window, shift

        def build(self, input_shape):
            _, rows, columns, dim = input_shape
            w = self.window
            self.query, self.value = layers.Dense(dim, name="query"), layers.Dense(dim, name="value")
            self.key = layers.Dense(dim, use_bias=False, name="key")
            self.out = layers.Dense(dim, name="out")
            self.bias_in = layers.Dense(16, activation="relu", name="bias_in")
            self.bias_out = layers.Dense(self.heads, use_bias=False, name="bias_out")
            self.log_scale = self.add_weight(shape=(self.heads,), initializer="ones", name="log_scale")
            offsets = np.stack(np.meshgrid(*[np.arange(1 - w, w)] * 2, indexing="ij"), -1) * 8.0 / (w - 1)
            self.offsets = np.sign(offsets) * np.log2(np.abs(offsets) + 1.0) / np.log2(8)
            places = np.stack(np.meshgrid(np.arange(w), np.arange(w), indexing="ij"), -1).reshape(-1, 2)
            gap = places[:, None] - places + w - 1
            self.index = gap[..., 0] * (2 * w - 1) + gap[..., 1]
            zone = np.zeros((rows, columns))
            for i, a in enumerate((slice(0, -w), slice(-w, -self.shift), slice(-self.shift, None))):
                for j, b in enumerate((slice(0, -w), slice(-w, -self.shift), slice(-self.shift, None))):
                    zone[a, b] = 3 * i + j
            zone = zone.reshape(rows // w, w, columns // w, w).transpose(0, 2, 1, 3).reshape(-1, w * w)
            same = zone[:, :, None] == zone[:, None] if self.shift else np.ones((len(zone), w * w, w * w), bool)
            self.blocked = np.where(same, 0.0, -100.0)[None, :, None]

        def windows(self, x):
            _, h, width, c = x.shape
            w = self.window
            x = ops.reshape(x, (-1, h // w, w, width // w, w, self.heads, c // self.heads))
            x = ops.transpose(x, (0, 1, 3, 5, 2, 4, 6))
            return ops.reshape(x, (-1, h * width // w**2, self.heads, w * w, c // self.heads))

        def call(self, x):
            _, h, width, c = x.shape
            w = self.window
            x = ops.roll(x, (-self.shift, -self.shift), axis=(1, 2))
            q, k, v = (self.windows(f(x)) for f in (self.query, self.key, self.value))
            q = q / ops.sqrt(ops.sum(q * q, axis=-1, keepdims=True))
            k = k / ops.sqrt(ops.sum(k * k, axis=-1, keepdims=True))
            scale = ops.exp(ops.minimum(self.log_scale, math.log(100.0)))
            offsets = ops.convert_to_tensor(self.offsets, dtype=x.dtype)
            table = ops.reshape(self.bias_out(self.bias_in(offsets)), (-1, self.heads))
            bias = 16 * ops.sigmoid(ops.transpose(ops.take(table, self.index, axis=0), (2, 0, 1)))
            scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) * ops.reshape(scale, (-1, 1, 1)) + bias
            scores = scores + ops.convert_to_tensor(self.blocked, dtype=x.dtype)
            y = ops.matmul(ops.softmax(scores), v)
            y = ops.reshape(y, (-1, h // w, width // w, self.heads, w, w, c // self.heads))
            y = ops.reshape(ops.transpose(y, (0, 1, 4, 2, 5, 3, 6)), (-1, h, width, c))
            return self.out(ops.roll(y, (self.shift, self.shift), axis=(1, 2)))

    inputs = keras.Input((6, 6, 12))
    x = inputs
    for i, shift in enumerate((0, 1)):
        y = WindowAttention(shift=shift, name=f"attention_{i}")(x)
        x = layers.add([x, layers.LayerNormalization(epsilon=1e-5, name=f"norm1_{i}")(y)])
        y = layers.Dense(12, name=f"fc2_{i}")(layers.Dense(24, activation="gelu", name=f"fc1_{i}")(x))
        x = layers.add([x, layers.LayerNormalization(epsilon=1e-5, name=f"norm2_{i}")(y)])
    return keras.Model(inputs, x)


def torch_model():
    import math

    import torch
    import torch.nn.functional as F
    from torch import nn

    def window_partition(x, w):
        B, H, W, C = x.shape
        return x.view(B, H // w, w, W // w, w, C).permute(0, 1, 3, 2, 4, 5).reshape(-1, w, w, C)

    def window_reverse(windows, w, H, W):
        x = windows.view(-1, H // w, W // w, w, w, windows.shape[-1])
        return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, H, W, windows.shape[-1])

    class WindowAttention(nn.Module):
        def __init__(self, dim, w, num_heads):
            super().__init__()
            self.w, self.num_heads = w, num_heads
            self.logit_scale = nn.Parameter(torch.log(10 * torch.ones((num_heads, 1, 1))))
            self.cpb_mlp = nn.Sequential(nn.Linear(2, 16), nn.ReLU(inplace=True), nn.Linear(16, num_heads, bias=False))
            coords = torch.arange(-(w - 1), w, dtype=torch.float32)
            table = torch.stack(torch.meshgrid([coords, coords], indexing="ij")).permute(1, 2, 0).contiguous()[None]
            table = table / (w - 1) * 8
            table = torch.sign(table) * torch.log2(torch.abs(table) + 1.0) / math.log2(8)
            self.register_buffer("relative_coords_table", table, persistent=False)
            coords = torch.stack(torch.meshgrid([torch.arange(w), torch.arange(w)], indexing="ij")).flatten(1)
            rel = (coords[:, :, None] - coords[:, None, :]).permute(1, 2, 0) + w - 1
            self.register_buffer("relative_position_index", rel[..., 0] * (2 * w - 1) + rel[..., 1], persistent=False)
            self.qkv = nn.Linear(dim, dim * 3, bias=False)
            self.q_bias, self.v_bias = nn.Parameter(torch.zeros(dim)), nn.Parameter(torch.zeros(dim))
            self.proj = nn.Linear(dim, dim)

        def forward(self, x, mask=None):
            B_, N, C = x.shape
            qkv_bias = torch.cat((self.q_bias, torch.zeros_like(self.v_bias, requires_grad=False), self.v_bias))
            qkv = F.linear(x, self.qkv.weight, qkv_bias).reshape(B_, N, 3, self.num_heads, -1).permute(2, 0, 3, 1, 4)
            q, k, v = qkv[0], qkv[1], qkv[2]
            attn = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).transpose(-2, -1)
            attn = attn * torch.clamp(self.logit_scale, max=math.log(1.0 / 0.01)).exp()
            table = self.cpb_mlp(self.relative_coords_table).view(-1, self.num_heads)
            bias = table[self.relative_position_index.view(-1)].view(N, N, -1).permute(2, 0, 1).contiguous()
            attn = attn + 16 * torch.sigmoid(bias).unsqueeze(0)
            if mask is not None:
                nW = mask.shape[0]
                attn = attn.view(B_ // nW, nW, self.num_heads, N, N) + mask.unsqueeze(1).unsqueeze(0)
                attn = attn.view(-1, self.num_heads, N, N)
            return self.proj((attn.softmax(-1) @ v).transpose(1, 2).reshape(B_, N, C))

    class Block(nn.Module):
        def __init__(self, dim, size, w, shift):
            super().__init__()
            self.size, self.w, self.shift = size, w, shift
            self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
            self.attn = WindowAttention(dim, w, 3)
            self.mlp = nn.Sequential(nn.Linear(dim, 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim))
            mask = None
            if shift:
                img, cnt = torch.zeros((1, size, size, 1)), 0
                for h in (slice(0, -w), slice(-w, -shift), slice(-shift, None)):
                    for v in (slice(0, -w), slice(-w, -shift), slice(-shift, None)):
                        img[:, h, v, :] = cnt
                        cnt += 1
                windows = window_partition(img, w).view(-1, w * w)
                mask = windows.unsqueeze(1) - windows.unsqueeze(2)
                mask = mask.masked_fill(mask != 0, (-100.0)).masked_fill(mask == 0, 0.0)
            self.register_buffer("attn_mask", mask, persistent=False)

        def forward(self, x):
            B, L, C = x.shape
            y = x.view(B, self.size, self.size, C)
            if self.shift:
                y = torch.roll(y, shifts=(-self.shift, -self.shift), dims=(1, 2))
            y = window_partition(y, self.w).view(-1, self.w * self.w, C)
            y = self.attn(y, self.attn_mask).view(-1, self.w, self.w, C)
            y = window_reverse(y, self.w, self.size, self.size)
            if self.shift:
                y = torch.roll(y, shifts=(self.shift, self.shift), dims=(1, 2))
            x = x + self.norm1(y.view(B, L, C))
            return x + self.norm2(self.mlp(x))

    class Stage(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.ModuleList(Block(12, 6, 3, shift) for shift in (0, 1))

        def forward(self, x):
            x = x.flatten(2).transpose(1, 2)
            for blk in self.blocks:
                x = blk(x)
            return x.transpose(1, 2).unflatten(2, (6, 6))

    return Stage()
