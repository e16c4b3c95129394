"""Small diffusion U-Net with time embedding, group norm and one attention: the Keras port has its frequencies from
the first published code, which divides by half the width minus one, the PyTorch side from a later one that divides by
half the width.
"""

INPUTS = ("16x16x3", "1:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-table"],
            "keras": ["timestep", "time_fc1"],
            "torch": ["time_mlp", "time_mlp.*", "mul*", "div*", "exp*", "sin*", "cos*", "cat*", ""],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class TimestepEmbedding(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.half = width // 2
            self.frequencies = np.exp(-np.log(10000.0) * np.arange(self.half) / (self.half - 1))

        def call(self, t):
            angles = ops.cast(t, self.compute_dtype) * ops.convert_to_tensor(
                self.frequencies[None], dtype=self.compute_dtype
            )
            return ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)

    class SpatialAttention(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.width = width
            self.norm = layers.GroupNormalization(4, epsilon=1e-5, name="norm")
            self.q, self.k, self.v, self.out = (layers.Dense(width, name=n) for n in ("q", "k", "v", "out"))

        def call(self, x):
            h = self.norm(x)
            scores = ops.einsum("bhwc,bijc->bhwij", self.q(h), self.k(h)) * self.width**-0.5
            shape = ops.shape(scores)
            scores = ops.reshape(ops.softmax(ops.reshape(scores, (*shape[:3], -1)), axis=-1), shape)
            return x + self.out(ops.einsum("bhwij,bijc->bhwc", scores, self.v(h)))

    def res_block(x, t, width, name):
        h = layers.GroupNormalization(4, epsilon=1e-5, name=f"{name}_norm1")(x)
        h = layers.Conv2D(width, 3, padding="same", name=f"{name}_conv1")(keras.activations.silu(h))
        h = h + layers.Dense(width, name=f"{name}_time")(keras.activations.silu(t))[:, None, None, :]
        h = layers.GroupNormalization(4, epsilon=1e-5, name=f"{name}_norm2")(h)
        h = layers.Conv2D(width, 3, padding="same", name=f"{name}_conv2")(keras.activations.silu(h))
        if x.shape[-1] != width:
            x = layers.Conv2D(width, 1, name=f"{name}_skip")(x)
        return layers.Add(name=f"{name}_add")([x, h])

    noisy, step = keras.Input((16, 16, 3)), keras.Input((1,), dtype="int32")
    t = TimestepEmbedding(16, name="timestep")(step)
    t = layers.Dense(32, activation="silu", name="time_fc1")(t)
    t = layers.Dense(32, name="time_fc2")(t)
    x = first = layers.Conv2D(8, 3, padding="same", name="conv_in")(noisy)
    x = a = res_block(x, t, 8, "down1")
    x = layers.Conv2D(8, 3, strides=2, name="shrink")(layers.ZeroPadding2D(1)(x))
    x = b = res_block(x, t, 16, "down2")
    x = SpatialAttention(16, name="mid_attention")(res_block(x, t, 16, "mid"))
    x = res_block(layers.Concatenate()([x, b]), t, 16, "up2")
    x = layers.Conv2D(16, 3, padding="same", name="grow")(layers.UpSampling2D(2)(x))
    x = res_block(layers.Concatenate()([x, a]), t, 8, "up1")
    x = layers.Concatenate()([x, first])
    x = keras.activations.silu(layers.GroupNormalization(4, epsilon=1e-5, name="norm_out")(x))
    return keras.Model([noisy, step], layers.Conv2D(3, 3, padding="same", name="conv_out")(x))


def torch_model():
    import math

    import torch
    from torch import nn

    def timestep_embedding(timesteps, dim, dtype, max_period=10000):
        half = dim // 2
        freqs = torch.exp(-math.log(max_period) * torch.arange(half, dtype=dtype, device=timesteps.device) / half)
        args = timesteps.to(dtype) * freqs[None]
        return torch.cat([torch.sin(args), torch.cos(args)], dim=-1)

    class ResBlock(nn.Module):
        def __init__(self, c_in, c_out, emb=32):
            super().__init__()
            self.in_layers = nn.Sequential(nn.GroupNorm(4, c_in), nn.SiLU(), nn.Conv2d(c_in, c_out, 3, padding=1))
            self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(emb, c_out))
            self.out_layers = nn.Sequential(nn.GroupNorm(4, c_out), nn.SiLU(), nn.Conv2d(c_out, c_out, 3, padding=1))
            self.skip_connection = nn.Identity() if c_in == c_out else nn.Conv2d(c_in, c_out, 1)

        def forward(self, x, emb):
            h = self.in_layers(x) + self.emb_layers(emb)[..., None, None]
            return self.skip_connection(x) + self.out_layers(h)

    class AttentionBlock(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.norm = nn.GroupNorm(4, channels)
            self.qkv = nn.Conv1d(channels, channels * 3, 1)
            self.proj_out = nn.Conv1d(channels, channels, 1)

        def forward(self, x):
            b, c, *spatial = x.shape
            x = x.reshape(b, c, -1)
            q, k, v = self.qkv(self.norm(x)).chunk(3, dim=1)
            scale = 1 / math.sqrt(math.sqrt(c))
            weight = torch.softmax(torch.einsum("bct,bcs->bts", q * scale, k * scale), dim=-1)
            h = self.proj_out(torch.einsum("bts,bcs->bct", weight, v))
            return (x + h).reshape(b, c, *spatial)

    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.time_mlp = nn.Sequential(nn.Linear(16, 32), nn.SiLU(), nn.Linear(32, 32))
            self.init_conv = nn.Conv2d(3, 8, 3, padding=1)
            self.downs = nn.ModuleList([ResBlock(8, 8), ResBlock(8, 16)])
            self.downsample = nn.Conv2d(8, 8, 3, stride=2, padding=1)
            self.mid_block, self.mid_attn = ResBlock(16, 16), AttentionBlock(16)
            self.ups = nn.ModuleList([ResBlock(32, 16), ResBlock(24, 8)])
            self.upsample = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(16, 16, 3, padding=1))
            self.final = nn.Sequential(nn.GroupNorm(4, 16), nn.SiLU(), nn.Conv2d(8 + 8, 3, 3, padding=1))

        def forward(self, x, t):
            emb = self.time_mlp(timestep_embedding(t, 16, x.dtype))
            x = self.init_conv(x)
            hs = [x]
            x = self.downs[0](x, emb)
            hs.append(x)
            x = self.downs[1](self.downsample(x), emb)
            hs.append(x)
            x = self.mid_attn(self.mid_block(x, emb))
            x = self.upsample(self.ups[0](torch.cat((x, hs.pop()), dim=1), emb))
            x = self.ups[1](torch.cat((x, hs.pop()), dim=1), emb)
            return self.final(torch.cat((x, hs.pop()), dim=1))

    return UNet()
