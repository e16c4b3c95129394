"""Masked affine coupling layers of a normalising flow; latent and log determinant are both returned."""

INPUTS = ("6",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def mlp(hidden, out, last, name):
        return keras.Sequential(
            [
                layers.Dense(hidden, activation="relu", name="h1"),
                layers.Dense(hidden, activation="relu", name="h2"),
                layers.Dense(out, activation=last, name="out"),
            ],
            name=name,
        )

    class RealNVP(keras.Model):
        def __init__(self, dim=6, n=4, hidden=10, **kwargs):
            super().__init__(**kwargs)
            self.masks = [[float((j + i) % 2) for j in range(dim)] for i in range(n)]
            self.s = [mlp(hidden, dim, "tanh", f"s_{i}") for i in range(n)]
            self.t = [mlp(hidden, dim, None, f"t_{i}") for i in range(n)]

        def call(self, x):
            logdet = 0.0
            for i in reversed(range(len(self.masks))):
                mask = ops.cast(ops.convert_to_tensor(self.masks[i]), x.dtype)
                kept = x * mask
                s = self.s[i](kept) * (1.0 - mask)
                t = self.t[i](kept) * (1.0 - mask)
                x = (1.0 - mask) * (x - t) * ops.exp(-s) + kept
                logdet = logdet - ops.sum(s, axis=1)
            return x, logdet

    return RealNVP(name="real_nvp")


def torch_model():
    import torch
    from torch import nn

    class Coupling(nn.Module):
        def __init__(self, mask, hidden):
            super().__init__()
            d = len(mask)
            self.register_buffer("mask", mask)
            self.translate = nn.Sequential(
                nn.Linear(d, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, d)
            )
            self.scale = nn.Sequential(
                nn.Linear(d, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, d), nn.Tanh()
            )

        def forward(self, y):
            y1 = self.mask * y
            s = self.scale(y1)
            t = self.translate(y1)
            x = y1 + (1 - self.mask) * ((y - t) / torch.exp(s))
            return x, ((1 - self.mask) * -s).sum(-1)

    class Flow(nn.Module):
        def __init__(self, d=6, n=4, hidden=10):
            super().__init__()
            base = torch.arange(d) % 2
            masks = [base.float() if i % 2 == 0 else 1.0 - base for i in range(n)]
            self.layers = nn.ModuleList([Coupling(m, hidden) for m in masks])

        def forward(self, x):
            total = x.new_zeros(x.shape[0])
            for layer in self.layers[::-1]:
                x, ld = layer(x)
                total = total + ld
            return x, total

    return Flow()
