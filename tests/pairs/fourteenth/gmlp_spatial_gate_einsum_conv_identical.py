"""gMLP for time series: the spatial gate is an EinsumDense over the steps in Keras and a Conv1d that takes the steps
for channels in PyTorch.
"""

INPUTS = ("14x6",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def block(x, width, name):
        y = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_norm")(x)
        u = layers.Dense(2 * width, activation="silu", name=f"{name}_content")(y)
        v = layers.Dense(2 * width, activation="silu", name=f"{name}_gate")(y)
        v = layers.LayerNormalization(epsilon=1e-5, name=f"{name}_gate_norm")(v)
        v = layers.EinsumDense("bnd,nm->bmd", (14, 2 * width), bias_axes="m", name=f"{name}_spatial")(v)
        y = layers.Multiply(name=f"{name}_gated")([u, v])
        y = layers.Dense(width, name=f"{name}_out")(y)
        return layers.Add(name=f"{name}_add")([y, x])

    series = keras.Input((14, 6))
    x = layers.Dense(12, name="lift")(series)
    x = block(x, 12, "first")
    x = block(x, 12, "second")
    x = layers.LayerNormalization(epsilon=1e-5, name="norm")(x)
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    return keras.Model(series, layers.Dense(4, name="classes")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class SpatialGatingUnit(nn.Module):
        def __init__(self, dim, seq_len):
            super().__init__()
            self.norm = nn.LayerNorm(dim)
            self.proj = nn.Conv1d(seq_len, seq_len, kernel_size=1)

        def forward(self, u, v):
            return u * self.proj(self.norm(v))

    class GMLPBlock(nn.Module):
        def __init__(self, dim, hidden, seq_len):
            super().__init__()
            self.norm = nn.LayerNorm(dim)
            self.fc_u = nn.Linear(dim, hidden)
            self.fc_v = nn.Linear(dim, hidden)
            self.sgu = SpatialGatingUnit(hidden, seq_len)
            self.fc_out = nn.Linear(hidden, dim)

        def forward(self, x):
            h = self.norm(x)
            return x + self.fc_out(self.sgu(F.silu(self.fc_u(h)), F.silu(self.fc_v(h))))

    class GMLP(nn.Module):
        def __init__(self, seq_len=14, channels=6, dim=12, depth=2):
            super().__init__()
            self.embed = nn.Linear(channels, dim)
            self.blocks = nn.ModuleList(GMLPBlock(dim, 2 * dim, seq_len) for _ in range(depth))
            self.head = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, 4))

        def forward(self, x):
            x = self.embed(x)
            for block in self.blocks:
                x = block(x)
            norm, fc = self.head
            return fc(norm(x).mean(dim=1))

    return GMLP()
