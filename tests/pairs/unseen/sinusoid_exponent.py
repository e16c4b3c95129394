"""Sinusoidal positions: 10000 ** (2i / d) in Keras, 10000 ** (i / d) in PyTorch: the table is another."""

INPUTS = ("8x6",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-table"],
            "keras": ["positions", "add*"],
            "torch": ["pos", "pos.*", "add*", ""],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class Positions(layers.Layer):
        def call(self, x):
            n, d = x.shape[1:]
            i = np.arange(0, d, 2)
            angles = np.arange(n)[:, None] / np.power(10000.0, i / d)
            table = np.stack([np.sin(angles), np.cos(angles)], -1).reshape(n, d)
            return x + ops.cast(table, x.dtype)

    inputs = keras.Input((8, 6))
    x = Positions(name="positions")(layers.Dense(6, name="project")(inputs))
    y = layers.MultiHeadAttention(2, 3, name="attention")(x, x)
    x = layers.LayerNormalization(epsilon=1e-5, name="norm")(x + y)
    return keras.Model(inputs, layers.Dense(1, name="forecast")(x))


def torch_model():
    import torch
    from torch import nn

    class PositionalEncoding(nn.Module):
        def __init__(self, d, max_len=50):
            super().__init__()
            t = torch.arange(max_len, dtype=torch.float64)[:, None]
            i = torch.arange(d // 2, dtype=torch.float64)
            angles = t / 10000.0 ** (i / d)
            pe = torch.stack([angles.sin(), angles.cos()], -1).reshape(max_len, d)
            self.register_buffer("pe", pe, persistent=False)

        def forward(self, x):
            return x + self.pe[: x.size(1)].to(x.dtype)

    class Forecaster(nn.Module):
        def __init__(self):
            super().__init__()
            self.project = nn.Linear(6, 6)
            self.pos = PositionalEncoding(6)
            self.attention = nn.MultiheadAttention(6, 2, batch_first=True)
            self.norm = nn.LayerNorm(6)
            self.forecast = nn.Linear(6, 1)

        def forward(self, x):
            x = self.pos(self.project(x))
            y, _ = self.attention(x, x, x)
            return self.forecast(self.norm(x + y))

    return Forecaster()
