"""Middle of a diffusion UNet: sinusoidal time embedding, two residual blocks with group norm and SiLU, spatial
attention between them. Samples of the Keras port drift away from those of the PyTorch model.
"""

INPUTS = ("8x8x4", "1:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-table"],
            "keras": ["time_embedding*", "time_hidden"],
            "torch": ["time_embedding*", "time_mlp", "time_mlp.0", "arange*", "exp*", "mul*", "cat*", "sin*", "cos*"],
        },
        {
            "rules": ["norm-epsilon"],
            "keras": ["*norm*"],
            "torch": ["*norm*", "out.0"],
        },
    ],
    "first": {
        "keras": ["time_embedding*", "time_hidden", "*norm*"],
        "torch": [
            "time_embedding*",
            "time_mlp",
            "time_mlp.0",
            "arange*",
            "exp*",
            "mul*",
            "cat*",
            "sin*",
            "cos*",
            "*norm*",
            "out.0",
        ],
    },
}


def keras_model():
    import math

    import keras
    import numpy as np
    from keras import layers, ops

    class TimeEmbedding(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.half = width // 2

        def call(self, t):
            rate = np.exp(-math.log(10000.0) / (self.half - 1) * np.arange(self.half))
            angles = ops.cast(t, self.compute_dtype) * ops.convert_to_tensor(rate[None], self.compute_dtype)
            return ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)

    def group_norm(x, name):
        return layers.GroupNormalization(4, name=name)(x)

    def residual(x, time, width, name):
        y = layers.Conv2D(width, 3, padding="same", name=f"{name}_conv_1")(
            keras.activations.silu(group_norm(x, f"{name}_norm_1"))
        )
        shift = layers.Dense(width, name=f"{name}_time")(keras.activations.silu(time))
        y = layers.Add(name=f"{name}_shift")([y, layers.Reshape((1, 1, width))(shift)])
        y = layers.Conv2D(width, 3, padding="same", name=f"{name}_conv_2")(
            keras.activations.silu(group_norm(y, f"{name}_norm_2"))
        )
        if x.shape[-1] != width:
            x = layers.Conv2D(width, 1, name=f"{name}_skip")(x)
        return layers.Add(name=f"{name}_sum")([x, y])

    class SpatialAttention(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.width = width
            self.norm = layers.GroupNormalization(4, name="norm")
            self.query = layers.Dense(width, name="query")
            self.key = layers.Dense(width, name="key")
            self.value = layers.Dense(width, name="value")
            self.proj = layers.Dense(width, name="proj")

        def call(self, x):
            y = self.norm(x)
            scores = ops.einsum("bhwc,bHWc->bhwHW", self.query(y), self.key(y)) * self.width**-0.5
            scores = ops.softmax(ops.reshape(scores, (-1, 8, 8, 64)), axis=-1)
            scores = ops.reshape(scores, (-1, 8, 8, 8, 8))
            return x + self.proj(ops.einsum("bhwHW,bHWc->bhwc", scores, self.value(y)))

    image = keras.Input((8, 8, 4), name="noisy")
    t = keras.Input((1,), dtype="int32", name="t")
    time = TimeEmbedding(16, name="time_embedding")(t)
    time = layers.Dense(32, activation="silu", name="time_hidden")(time)
    time = layers.Dense(32, name="time_out")(time)
    x = layers.Conv2D(12, 3, padding="same", name="conv_in")(image)
    x = residual(x, time, 16, "res_1")
    x = SpatialAttention(16, name="attention")(x)
    x = residual(x, time, 16, "res_2")
    x = keras.activations.silu(group_norm(x, "last_norm"))
    return keras.Model([image, t], layers.Conv2D(4, 3, padding="same", name="noise")(x))


def torch_model():
    import math

    import torch
    import torch.nn.functional as F
    from torch import nn

    class SinusoidalEmbedding(nn.Module):
        def __init__(self, dim):
            super().__init__()
            half = dim // 2
            freqs = torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float64) / half)
            self.register_buffer("freqs", freqs, persistent=False)

        def forward(self, t):
            args = t.to(self.freqs.dtype) * self.freqs[None]
            return torch.cat([torch.sin(args), torch.cos(args)], dim=-1)

    class ResBlock(nn.Module):
        def __init__(self, in_channels, out_channels, emb_channels):
            super().__init__()
            self.norm1 = nn.GroupNorm(4, in_channels)
            self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
            self.emb = nn.Linear(emb_channels, out_channels)
            self.norm2 = nn.GroupNorm(4, out_channels)
            self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
            same = in_channels == out_channels
            self.skip = nn.Identity() if same else nn.Conv2d(in_channels, out_channels, 1)

        def forward(self, x, emb):
            h = self.conv1(F.silu(self.norm1(x)))
            h = h + self.emb(F.silu(emb))[..., None, None]
            return self.skip(x) + self.conv2(F.silu(self.norm2(h)))

    class AttentionBlock(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.norm = nn.GroupNorm(4, channels)
            self.q = nn.Conv2d(channels, channels, 1)
            self.k = nn.Conv2d(channels, channels, 1)
            self.v = nn.Conv2d(channels, channels, 1)
            self.proj_out = nn.Conv2d(channels, channels, 1)

        def forward(self, x):
            b, c, h, w = x.shape
            n = self.norm(x)
            q, k, v = (conv(n).flatten(2) for conv in (self.q, self.k, self.v))
            weights = torch.softmax(torch.bmm(q.transpose(1, 2), k) * c**-0.5, dim=2)
            return x + self.proj_out(torch.bmm(v, weights.transpose(1, 2)).reshape(b, c, h, w))

    class Middle(nn.Module):
        def __init__(self):
            super().__init__()
            self.time_embedding = SinusoidalEmbedding(16)
            self.time_mlp = nn.Sequential(nn.Linear(16, 32), nn.SiLU(), nn.Linear(32, 32))
            self.conv_in = nn.Conv2d(4, 12, 3, padding=1)
            self.block1 = ResBlock(12, 16, 32)
            self.attn = AttentionBlock(16)
            self.block2 = ResBlock(16, 16, 32)
            self.out = nn.Sequential(nn.GroupNorm(4, 16), nn.SiLU(), nn.Conv2d(16, 4, 3, padding=1))

        def forward(self, x, t):
            emb = self.time_mlp(self.time_embedding(t).to(x.dtype))
            x = self.block1(self.conv_in(x), emb)
            return self.out(self.block2(self.attn(x), emb))

    return Middle()
