"""N-BEATS with a trend block, a seasonality block and a generic one: two matrices for the coefficients of backcast and
forecast in Keras, one matrix and a split in PyTorch. Returned are what is left of the past, and the
forecast.
"""

INPUTS = ("20",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    past, future = 20, 6

    def polynomials(degree, length, start):
        t = (np.arange(length) + start) / future
        return np.stack([t**i for i in range(degree)])

    def waves(harmonics, length, start):
        t = (np.arange(length) + start) / future
        turns = 2 * np.pi * np.arange(1, harmonics + 1)[:, None] * t
        return np.concatenate([np.cos(turns), np.sin(turns)])

    class Basis(layers.Layer):
        def __init__(self, table, **kwargs):
            super().__init__(**kwargs)
            self.table = table

        def call(self, theta):
            return ops.matmul(theta, ops.convert_to_tensor(self.table, self.compute_dtype))

    def block(x, size, name, basis=None):
        for i in range(2):
            x = layers.Dense(24, activation="relu", name=f"{name}_fc_{i}")(x)
        back = layers.Dense(size, use_bias=False, name=f"{name}_theta_b")(x)
        fore = layers.Dense(size, use_bias=False, name=f"{name}_theta_f")(x)
        if basis is None:
            back = layers.Dense(past, name=f"{name}_backcast")(back)
            fore = layers.Dense(future, name=f"{name}_forecast")(fore)
        else:
            back = Basis(basis(past, -past), name=f"{name}_backcast")(back)
            fore = Basis(basis(future, 0), name=f"{name}_forecast")(fore)
        return back, fore

    x = series = keras.Input((past,), name="series")
    forecasts = []
    for name, size, basis in (
        ("trend", 3, lambda length, start: polynomials(3, length, start)),
        ("season", 4, lambda length, start: waves(2, length, start)),
        ("generic", 5, None),
    ):
        back, fore = block(x, size, name, basis)
        x = layers.Subtract(name=f"{name}_rest")([x, back])
        forecasts.append(fore)
    return keras.Model(series, [x, layers.Add(name="forecast")(forecasts)])


def torch_model():
    import math

    import torch
    from torch import nn

    class PolynomialBasis(nn.Module):
        def __init__(self, backcast_length, forecast_length, degree):
            super().__init__()
            power = torch.arange(degree, dtype=torch.float64)[:, None]
            behind = torch.arange(-backcast_length, 0, dtype=torch.float64) / forecast_length
            ahead = torch.arange(forecast_length, dtype=torch.float64) / forecast_length
            self.register_buffer("backcast", behind**power, persistent=False)
            self.register_buffer("forecast", ahead**power, persistent=False)

        def forward(self, theta_b, theta_f):
            return theta_b @ self.backcast.to(theta_b.dtype), theta_f @ self.forecast.to(theta_f.dtype)

    class FourierBasis(nn.Module):
        def __init__(self, backcast_length, forecast_length, harmonics):
            super().__init__()
            grid = torch.arange(-backcast_length, forecast_length, dtype=torch.float64) / forecast_length
            angles = 2 * math.pi * torch.outer(torch.arange(1, harmonics + 1, dtype=torch.float64), grid)
            table = torch.cat([angles.cos(), angles.sin()])
            self.register_buffer("table", table, persistent=False)
            self.backcast_length = backcast_length

        def forward(self, theta_b, theta_f):
            table = self.table.to(theta_b.dtype)
            return theta_b @ table[:, : self.backcast_length], theta_f @ table[:, self.backcast_length :]

    class GenericBasis(nn.Module):
        def __init__(self, backcast_length, forecast_length, size):
            super().__init__()
            self.forecast = nn.Linear(size, forecast_length)
            self.backcast = nn.Linear(size, backcast_length)

        def forward(self, theta_b, theta_f):
            return self.backcast(theta_b), self.forecast(theta_f)

    class Block(nn.Module):
        def __init__(self, length, size, basis):
            super().__init__()
            self.basis = basis
            self.layers = nn.Sequential(nn.Linear(length, 24), nn.ReLU(), nn.Linear(24, 24), nn.ReLU())
            self.theta = nn.Linear(24, 2 * size, bias=False)

        def forward(self, x):
            return self.basis(*self.theta(self.layers(x)).chunk(2, dim=-1))

    class NBeats(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.ModuleList(
                [
                    Block(20, 3, PolynomialBasis(20, 6, 3)),
                    Block(20, 4, FourierBasis(20, 6, 2)),
                    Block(20, 5, GenericBasis(20, 6, 5)),
                ]
            )

        def forward(self, x):
            forecast = x.new_zeros(x.shape[0], 6)
            residuals = x
            for block in self.blocks:
                backcast, block_forecast = block(residuals)
                residuals = residuals - backcast
                forecast = forecast + block_forecast
            return residuals, forecast

    return NBeats()
