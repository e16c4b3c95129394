"""Time embedding of a diffusion model: [sin, cos] in Keras, [cos, sin] in PyTorch (both are published)."""

INPUTS = ("6", "1")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["concat-order"],
            "keras": ["concatenate", "time_embedding", "sinusoid"],
            "torch": ["cat", "time_mlp.0", "time_mlp.0.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Sinusoid(layers.Layer):
        def __init__(self, dims, **kwargs):
            super().__init__(**kwargs)
            self.dims = dims

        def call(self, t):
            frequencies = ops.exp(ops.linspace(0.0, 3.0, self.dims // 2))
            angles = t * ops.cast(frequencies, t.dtype)
            return ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)

    noisy = keras.Input((6,), name="noisy")
    time = keras.Input((1,), name="time")
    t = Sinusoid(8, name="sinusoid")(time)
    t = layers.Dense(10, activation="swish", name="time_dense")(t)
    x = layers.Dense(10, name="in")(noisy)
    x = layers.Activation("swish")(layers.Add()([x, t]))
    return keras.Model([noisy, time], layers.Dense(6, name="noise")(x))


def torch_model():
    import torch
    from torch import nn

    class SinusoidalEmbedding(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.dim = dim

        def forward(self, t):
            freqs = torch.exp(torch.linspace(0.0, 3.0, self.dim // 2)).to(t)
            args = t * freqs
            return torch.cat([torch.cos(args), torch.sin(args)], dim=-1)

    class Denoiser(nn.Module):
        def __init__(self):
            super().__init__()
            self.time_mlp = nn.Sequential(SinusoidalEmbedding(8), nn.Linear(8, 10), nn.SiLU())
            self.inp = nn.Linear(6, 10)
            self.act = nn.SiLU()
            self.out = nn.Linear(10, 6)

        def forward(self, noisy, time):
            return self.out(self.act(self.inp(noisy) + self.time_mlp(time)))

    return Denoiser()
