"""NeRF field: positional encodings, skip at the third layer, colour and density in a dict."""

INPUTS = ("3", "3")
TRUTH = {"identical": True}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    def encode(x, bands):
        parts = [x]
        for i in range(bands):
            parts.append(ops.sin(2.0**i * math.pi * x))
            parts.append(ops.cos(2.0**i * math.pi * x))
        return ops.concatenate(parts, axis=-1)

    position = keras.Input((3,), name="position")
    direction = keras.Input((3,), name="direction")
    encoded = encode(position, 4)
    x = encoded
    for i in range(5):
        x = layers.Dense(16, activation="relu", name=f"trunk_{i}")(x)
        if i == 2:
            x = layers.Concatenate(name="skip")([x, encoded])
    sigma = layers.Dense(1, activation="softplus", name="sigma")(x)
    x = layers.Dense(16, name="bottleneck")(x)
    x = ops.concatenate([x, encode(ops.normalize(direction, axis=-1, epsilon=1e-12), 2)], axis=-1)
    x = layers.Dense(8, activation="relu", name="view")(x)
    rgb = layers.Dense(3, activation="sigmoid", name="rgb")(x)
    return keras.Model([position, direction], {"rgb": rgb, "sigma": sigma})


def torch_model():
    from dataclasses import dataclass

    import torch
    import torch.nn.functional as F
    from torch import nn

    @dataclass
    class Config:
        xyz_freqs: int = 4
        dir_freqs: int = 2
        width: int = 16
        depth: int = 5
        skip: int = 3

    class FrequencyEncoding(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.register_buffer("freqs", 2 ** torch.linspace(0, n - 1, n) * torch.pi, persistent=False)

        def forward(self, x):
            angles = x[..., None, :] * self.freqs[:, None].to(x)
            feats = torch.stack([angles.sin(), angles.cos()], dim=-2)
            return torch.cat([x, feats.flatten(-3)], dim=-1)

    class NeRF(nn.Module):
        def __init__(self, cfg: Config):
            super().__init__()
            self.cfg = cfg
            self.enc_dir = FrequencyEncoding(cfg.dir_freqs)
            self.enc_xyz = FrequencyEncoding(cfg.xyz_freqs)
            d = 3 + 6 * cfg.xyz_freqs
            self.pts_linears = nn.ModuleList(
                [nn.Linear(d, cfg.width)]
                + [nn.Linear(cfg.width + (d if i == cfg.skip else 0), cfg.width) for i in range(1, cfg.depth)]
            )
            self.views_linear = nn.Linear(cfg.width + 3 + 6 * cfg.dir_freqs, cfg.width // 2)
            self.feature_linear = nn.Linear(cfg.width, cfg.width)
            self.alpha_linear = nn.Linear(cfg.width, 1)
            self.rgb_linear = nn.Linear(cfg.width // 2, 3)

        def forward(self, xyz, viewdir):
            e = self.enc_xyz(xyz)
            h = e
            for i, layer in enumerate(self.pts_linears):
                if i == self.cfg.skip:
                    h = torch.cat([h, e], -1)
                h = F.relu(layer(h))
            alpha = F.softplus(self.alpha_linear(h))
            d = self.enc_dir(F.normalize(viewdir, dim=-1))
            h = F.relu(self.views_linear(torch.cat([self.feature_linear(h), d], -1)))
            return {"sigma": alpha, "rgb": torch.sigmoid(self.rgb_linear(h))}

    return NeRF(Config())
