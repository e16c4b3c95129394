"""N-BEATS with a trend, a seasonal and a generic block: the bases are NumPy constants in Keras and buffers in PyTorch.

ElementAI's blocks have one theta for backcast and forecast; the Keras version I follow has two.
"""

INPUTS = ("15",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    backcast, horizon, units = 15, 5, 16

    class Basis(layers.Layer):
        def __init__(self, table, **kwargs):
            super().__init__(**kwargs)
            self.table = table

        def call(self, theta):
            return ops.matmul(theta, ops.cast(self.table, theta.dtype))

    def trend(length):
        return np.stack([(np.arange(length) / length) ** p for p in range(3)])

    def seasonal(length):
        t = np.arange(length) / length
        waves = [np.cos(2 * np.pi * k * t) for k in range(1, 3)] + [np.sin(2 * np.pi * k * t) for k in range(1, 3)]
        return np.stack(waves)

    def block(x, name, basis):
        for i in range(3):
            x = layers.Dense(units, activation="relu", name=f"{name}_fc{i}")(x)
        if basis is None:
            back = layers.Dense(backcast, name=f"{name}_backcast")(x)
            return back, layers.Dense(horizon, name=f"{name}_forecast")(x)
        size = len(basis(1))
        theta_b = layers.Dense(size, use_bias=False, name=f"{name}_theta_b")(x)
        theta_f = layers.Dense(size, use_bias=False, name=f"{name}_theta_f")(x)
        return Basis(basis(backcast), name=f"{name}_back")(theta_b), Basis(basis(horizon), name=f"{name}_fore")(theta_f)

    inputs = keras.Input((backcast,))
    residual, forecast = inputs, None
    for name, basis in (("trend", trend), ("seasonal", seasonal), ("generic", None)):
        back, fore = block(residual, name, basis)
        residual = layers.Subtract()([residual, back])
        forecast = fore if forecast is None else layers.Add()([forecast, fore])
    return keras.Model(inputs, [forecast, residual])


def torch_model():
    import math

    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self, backcast, horizon, units=16, back_basis=None, fore_basis=None):
            super().__init__()
            layers, width = [], backcast
            for _ in range(3):
                layers += [nn.Linear(width, units), nn.ReLU()]
                width = units
            self.fc = nn.Sequential(*layers)
            self.sizes = (backcast, horizon) if back_basis is None else (len(back_basis), len(fore_basis))
            self.theta = nn.ModuleList(nn.Linear(units, size, bias=back_basis is None) for size in self.sizes)
            self.register_buffer("back_basis", back_basis)
            self.register_buffer("fore_basis", fore_basis)

        def forward(self, x):
            hidden = self.fc(x)
            back, fore = (theta(hidden) for theta in self.theta)
            if self.back_basis is None:
                return back, fore
            return torch.einsum("bp,pt->bt", back, self.back_basis), torch.einsum("bp,pt->bt", fore, self.fore_basis)

    def grid(length):
        return torch.arange(length) / length

    def trend(length):
        return torch.vander(grid(length), 3, increasing=True).T.contiguous()

    def seasonal(length):
        angles = 2 * math.pi * torch.outer(torch.tensor([1.0, 2.0]), grid(length))
        return torch.cat([angles.cos(), angles.sin()])

    class NBeats(nn.Module):
        def __init__(self, backcast=15, horizon=5):
            super().__init__()
            bases = [(f(backcast), f(horizon)) for f in (trend, seasonal)]
            blocks = [Block(backcast, horizon, back_basis=b, fore_basis=f) for b, f in bases]
            self.blocks = nn.ModuleList([*blocks, Block(backcast, horizon)])

        def forward(self, x):
            forecast = 0
            for block in self.blocks:
                back, fore = block(x)
                x, forecast = x - back, forecast + fore
            return forecast, x

    return NBeats()
