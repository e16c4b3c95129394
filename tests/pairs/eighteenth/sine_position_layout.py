"""Sensor sequences with a library's sine position layer and encoder, and in PyTorch a table of sines and cosines kept
as a buffer in front of nn.TransformerEncoderLayer.
"""

INPUTS = ("14x5",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-table"],
            "keras": ["positions", "add*", "with_positions"],
            "torch": ["positions", "positions.*", "add*", "cat*", "sin*", "cos*", ""],
        }
    ],
}
LIBRARIES = ("keras_hub",)


def keras_model():
    import keras
    import keras_hub
    from keras import layers

    series = keras.Input((14, 5))
    x = layers.Dense(16, name="lift")(series)
    places = keras_hub.layers.SinePositionEncoding(name="positions")(x)
    x = layers.Add(name="with_positions")([x, places])
    for i in range(2):
        x = keras_hub.layers.TransformerEncoder(intermediate_dim=30, num_heads=4, name=f"encoder_{i}")(x)
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    return keras.Model(series, layers.Dense(2, name="forecast")(x))


def torch_model():
    import math

    import torch
    from torch import nn

    class SinusoidalPositions(nn.Module):
        def __init__(self, width, length=64):
            super().__init__()
            half = width // 2
            rates = torch.exp(torch.arange(half, dtype=torch.float64) * (-math.log(10000.0) / half))
            angles = torch.arange(length, dtype=torch.float64)[:, None] * rates
            self.register_buffer("pe", torch.cat([angles.sin(), angles.cos()], dim=-1), persistent=False)

        def forward(self, x):
            return x + self.pe[: x.shape[1]].to(x.dtype)

    class Forecaster(nn.Module):
        def __init__(self, width=16):
            super().__init__()
            self.input_proj = nn.Linear(5, width)
            self.positions = SinusoidalPositions(width)
            self.encoder = nn.ModuleList(
                nn.TransformerEncoderLayer(width, nhead=4, dim_feedforward=30, dropout=0.0, batch_first=True)
                for _ in range(2)
            )
            self.output = nn.Linear(width, 2)

        def forward(self, x):
            x = self.positions(self.input_proj(x))
            for layer in self.encoder:
                x = layer(x)
            return self.output(x.mean(dim=1))

    return Forecaster()
