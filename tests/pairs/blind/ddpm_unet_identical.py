"""Diffusion UNet with sinusoidal time embedding, group norms and one attention block; two inputs, image and time."""

INPUTS = ("8x8x3", "1")
TRUTH = {"identical": True}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    def group_norm(name):
        return layers.GroupNormalization(groups=4, epsilon=1e-5, name=name)

    class TimeEmbedding(layers.Layer):
        def __init__(self, dim, **kwargs):
            super().__init__(**kwargs)
            self.dim = dim

        def call(self, t):
            half = self.dim // 2
            freqs = ops.exp(-math.log(1000.0) * ops.arange(half, dtype=t.dtype) / half)
            angles = t * freqs[None]
            return ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)

    def res_block(x, emb, width, name):
        skip = x if x.shape[-1] == width else layers.Conv2D(width, 1, name=f"{name}_skip")(x)
        h = layers.Activation("silu")(group_norm(f"{name}_norm1")(x))
        h = layers.Conv2D(width, 3, padding="same", name=f"{name}_conv1")(h)
        shift = layers.Dense(width, name=f"{name}_time")(layers.Activation("silu")(emb))
        h = h + shift[:, None, None, :]
        h = layers.Activation("silu")(group_norm(f"{name}_norm2")(h))
        h = layers.Conv2D(width, 3, padding="same", name=f"{name}_conv2")(h)
        return layers.Add(name=f"{name}_add")([skip, h])

    def attention(x, name):
        _, h, w, c = x.shape
        y = group_norm(f"{name}_norm")(x)
        q = layers.Dense(c, name=f"{name}_q")(y)
        k = layers.Dense(c, name=f"{name}_k")(y)
        v = layers.Dense(c, name=f"{name}_v")(y)
        scores = ops.einsum("bhwc,bijc->bhwij", q, k) / math.sqrt(c)
        weights = ops.softmax(ops.reshape(scores, (-1, h, w, h * w)), axis=-1)
        y = ops.einsum("bhwij,bijc->bhwc", ops.reshape(weights, (-1, h, w, h, w)), v)
        return layers.Add(name=f"{name}_add")([x, layers.Dense(c, name=f"{name}_proj")(y)])

    image = keras.Input((8, 8, 3), name="noisy")
    time = keras.Input((1,), name="time")
    emb = TimeEmbedding(16, name="sinusoid")(time)
    emb = layers.Dense(16, activation="silu", name="time_fc1")(emb)
    emb = layers.Dense(16, name="time_fc2")(emb)
    x = layers.Conv2D(8, 3, padding="same", name="conv_in")(image)
    s1 = res_block(x, emb, 8, "down1")
    x = layers.AveragePooling2D(2, name="downsample")(s1)
    s2 = res_block(x, emb, 16, "down2")
    x = res_block(s2, emb, 16, "mid1")
    x = attention(x, "mid_attn")
    x = res_block(x, emb, 16, "mid2")
    x = res_block(layers.Concatenate()([x, s2]), emb, 16, "up2")
    x = layers.UpSampling2D(2, name="upsample")(x)
    x = res_block(layers.Concatenate()([x, s1]), emb, 8, "up1")
    x = layers.Activation("silu")(group_norm("norm_out")(x))
    return keras.Model([image, time], layers.Conv2D(3, 3, padding="same", name="conv_out")(x))


def torch_model():
    import math

    import torch
    from torch import nn
    from torch.nn import functional as F

    def timestep_embedding(t: torch.Tensor, dim: int, max_period: float = 1000.0) -> torch.Tensor:
        half = dim // 2
        freqs = torch.exp(-math.log(max_period) * torch.arange(half, device=t.device, dtype=t.dtype) / half)
        args = t[:, None] * freqs[None]
        return torch.cat([torch.sin(args), torch.cos(args)], dim=-1)

    class ResnetBlock(nn.Module):
        def __init__(self, dim_in, dim_out, temb=16):
            super().__init__()
            self.time_emb_proj = nn.Linear(temb, dim_out)
            self.norm1 = nn.GroupNorm(4, dim_in)
            self.conv1 = nn.Conv2d(dim_in, dim_out, 3, padding=1)
            self.norm2 = nn.GroupNorm(4, dim_out)
            self.conv2 = nn.Conv2d(dim_out, dim_out, 3, padding=1)
            self.nonlinearity = nn.SiLU()
            self.conv_shortcut = nn.Conv2d(dim_in, dim_out, 1) if dim_in != dim_out else None

        def forward(self, x, temb):
            h = self.conv1(self.nonlinearity(self.norm1(x)))
            h = h + self.time_emb_proj(self.nonlinearity(temb))[:, :, None, None]
            h = self.conv2(self.nonlinearity(self.norm2(h)))
            if self.conv_shortcut is not None:
                x = self.conv_shortcut(x)
            return x + h

    class AttnBlock(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.norm = nn.GroupNorm(4, dim)
            self.q = nn.Conv2d(dim, dim, 1)
            self.k = nn.Conv2d(dim, dim, 1)
            self.v = nn.Conv2d(dim, dim, 1)
            self.proj_out = nn.Conv2d(dim, dim, 1)

        def forward(self, x):
            b, c, h, w = x.shape
            y = self.norm(x)
            q = self.q(y).flatten(2).transpose(1, 2)
            k = self.k(y).flatten(2)
            v = self.v(y).flatten(2)
            w_ = torch.softmax(torch.bmm(q, k) * c**-0.5, dim=2)
            y = torch.bmm(v, w_.permute(0, 2, 1)).reshape(b, c, h, w)
            return x + self.proj_out(y)

    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.time_embedding = nn.Sequential(nn.Linear(16, 16), nn.SiLU(), nn.Linear(16, 16))
            self.conv_in = nn.Conv2d(3, 8, 3, padding=1)
            self.down_blocks = nn.ModuleList([ResnetBlock(8, 8), ResnetBlock(8, 16)])
            self.up_blocks = nn.ModuleList([ResnetBlock(32, 16), ResnetBlock(24, 8)])
            self.mid_block1 = ResnetBlock(16, 16)
            self.mid_attn = AttnBlock(16)
            self.mid_block2 = ResnetBlock(16, 16)
            self.conv_norm_out = nn.GroupNorm(4, 8)
            self.conv_out = nn.Conv2d(8, 3, 3, padding=1)

        def forward(self, sample, timestep):
            emb = self.time_embedding(timestep_embedding(timestep.flatten(), 16))
            x = self.conv_in(sample)
            hidden = []
            for i, block in enumerate(self.down_blocks):
                if i > 0:
                    x = F.avg_pool2d(x, 2)
                x = block(x, emb)
                hidden.append(x)
            x = self.mid_block2(self.mid_attn(self.mid_block1(x, emb)), emb)
            for i, block in enumerate(self.up_blocks):
                if i > 0:
                    x = F.interpolate(x, scale_factor=2, mode="nearest")
                x = block(torch.cat([x, hidden.pop()], dim=1), emb)
            return self.conv_out(F.silu(self.conv_norm_out(x)))

    return UNet()
