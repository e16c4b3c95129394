"""Small noise predictor of a diffusion model: an image and the number of the step come in, the noise and the variance
logits come out. I ported the published PyTorch code; the Keras model drifts the more, the later the step.
"""

INPUTS = ("16x16x3", ":float32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-table", "scale-other"],
            "keras": ["step_embedding", "step_mlp1"],
            "torch": ["time_embed", "time_embed.*", "exp*", "mul*", "div*", "cos*", "sin*", "cat*", ""],
        }
    ],
}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    class StepEmbedding(layers.Layer):
        def __init__(self, width, **kwargs):
            super().__init__(**kwargs)
            self.width = width

        def call(self, step):
            half = self.width // 2
            rates = ops.exp(ops.arange(half, dtype=step.dtype) * (-math.log(10000.0) / (half - 1)))
            angles = ops.expand_dims(step, -1) * rates
            return ops.concatenate([ops.cos(angles), ops.sin(angles)], axis=-1)

    def block(x, emb, width, name):
        y = layers.GroupNormalization(4, epsilon=1e-5, name=f"{name}_norm1")(x)
        y = layers.Activation("silu", name=f"{name}_silu1")(y)
        y = layers.Conv2D(width, 3, padding="same", name=f"{name}_conv1")(y)
        e = layers.Dense(2 * width, name=f"{name}_emb")(layers.Activation("silu", name=f"{name}_emb_silu")(emb))
        scale, shift = ops.split(layers.Reshape((1, 1, 2 * width), name=f"{name}_emb_shape")(e), 2, axis=-1)
        y = layers.GroupNormalization(4, epsilon=1e-5, name=f"{name}_norm2")(y) * (1 + scale) + shift
        y = layers.Activation("silu", name=f"{name}_silu2")(y)
        y = layers.Conv2D(width, 3, padding="same", name=f"{name}_conv2")(y)
        if x.shape[-1] != width:
            x = layers.Conv2D(width, 1, name=f"{name}_skip")(x)
        return layers.Add(name=f"{name}_add")([x, y])

    image = keras.Input((16, 16, 3), name="image")
    step = keras.Input((), name="step")
    emb = StepEmbedding(16, name="step_embedding")(step)
    emb = layers.Dense(32, activation="silu", name="step_mlp1")(emb)
    emb = layers.Dense(32, name="step_mlp2")(emb)
    stem = layers.Conv2D(8, 3, padding="same", name="stem")(image)
    a = block(stem, emb, 8, "down")
    x = layers.AveragePooling2D(2, name="shrink")(a)
    x = block(x, emb, 16, "middle")
    x = layers.UpSampling2D(2, name="grow")(x)
    x = layers.Concatenate(name="join")([x, a])
    x = block(x, emb, 8, "up")
    x = layers.Activation("silu", name="out_silu")(layers.GroupNormalization(4, epsilon=1e-5, name="out_norm")(x))
    x = layers.Conv2D(6, 3, padding="same", name="out")(x)
    return keras.Model([image, step], (x[..., :3], x[..., 3:]))


def torch_model():
    import math

    import torch
    import torch.nn.functional as F
    from torch import nn

    def timestep_embedding(timesteps, dim, max_period=10000):
        half = dim // 2
        freqs = torch.exp(-math.log(max_period) * torch.arange(half, dtype=timesteps.dtype) / half)
        args = timesteps[:, None] * freqs.to(timesteps.device)[None]
        return torch.cat([torch.cos(args), torch.sin(args)], dim=-1)

    class ResBlock(nn.Module):
        def __init__(self, channels, emb_channels, out_channels):
            super().__init__()
            self.in_layers = nn.Sequential(
                nn.GroupNorm(4, channels), nn.SiLU(), nn.Conv2d(channels, out_channels, 3, padding=1)
            )
            self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(emb_channels, 2 * out_channels))
            self.out_layers = nn.Sequential(
                nn.GroupNorm(4, out_channels), nn.SiLU(), nn.Conv2d(out_channels, out_channels, 3, padding=1)
            )
            same = channels == out_channels
            self.skip_connection = nn.Identity() if same else nn.Conv2d(channels, out_channels, 1)

        def forward(self, x, emb):
            h = self.in_layers(x)
            scale, shift = self.emb_layers(emb)[..., None, None].chunk(2, dim=1)
            norm, rest = self.out_layers[0], self.out_layers[1:]
            return self.skip_connection(x) + rest(norm(h) * (1 + scale) + shift)

    class UNet(nn.Module):
        def __init__(self, ch=8):
            super().__init__()
            self.ch = ch
            self.time_embed = nn.Sequential(nn.Linear(16, 4 * ch), nn.SiLU(), nn.Linear(4 * ch, 4 * ch))
            self.stem = nn.Conv2d(3, ch, 3, padding=1)
            self.down = ResBlock(ch, 4 * ch, ch)
            self.middle = ResBlock(ch, 4 * ch, 2 * ch)
            self.up = ResBlock(3 * ch, 4 * ch, ch)
            self.out = nn.Sequential(nn.GroupNorm(4, ch), nn.SiLU(), nn.Conv2d(ch, 6, 3, padding=1))

        def forward(self, x, timesteps):
            emb = self.time_embed(timestep_embedding(timesteps, 16))
            skip = self.down(self.stem(x), emb)
            h = self.middle(F.avg_pool2d(skip, 2), emb)
            h = torch.cat([F.interpolate(h, scale_factor=2, mode="nearest"), skip], dim=1)
            eps, var = self.out(self.up(h, emb)).chunk(2, dim=1)
            return eps, var

    return UNet()
