"""N-BEATS, interpretable: trend and seasonality blocks, backcasts subtracted, forecasts added up. In the PyTorch file
time runs over arange(n) / n; my Keras bases use linspace(0, 1, n), which ends on 1. The trend bends a little.
"""

INPUTS = ("20",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["position-table", "scale-other", "wiring-other"],
            "keras": ["trend*", "*"],
            "torch": ["stacks.0*", "*"],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    back, ahead, degree, harmonics = 20, 6, 3, 2

    def trend(n):
        t = np.linspace(0, 1, n)
        return np.stack([t**i for i in range(degree)])

    def season(n):
        t = np.arange(n) / n
        waves = [f(2 * np.pi * i * t) for f in (np.cos, np.sin) for i in range(1, harmonics + 1)]
        return np.stack(waves)

    def project(theta, basis):
        return ops.matmul(theta, ops.convert_to_tensor(basis, theta.dtype))

    def block(x, basis, size, name):
        h = x
        for i in range(2):
            h = layers.Dense(24, activation="relu", name=f"{name}_fc{i}")(h)
        theta_b = layers.Dense(size, use_bias=False, name=f"{name}_theta_b")(h)
        theta_f = layers.Dense(size, use_bias=False, name=f"{name}_theta_f")(h)
        backcast = layers.Lambda(lambda t: project(t, basis(back)), name=f"{name}_backcast")(theta_b)
        forecast = layers.Lambda(lambda t: project(t, basis(ahead)), name=f"{name}_forecast")(theta_f)
        return layers.Subtract(name=f"{name}_residual")([x, backcast]), forecast

    past = keras.Input((back,), name="past")
    residual, forecasts = past, []
    for name, basis, size in (("trend", trend, degree), ("season", season, 2 * harmonics)):
        for i in range(2):
            residual, forecast = block(residual, basis, size, f"{name}{i}")
            forecasts.append(forecast)
    return keras.Model(past, [residual, layers.Add(name="forecast")(forecasts)])


def torch_model():
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self, units, thetas_dim, back, ahead):
            super().__init__()
            self.fc1, self.fc2 = nn.Linear(back, units), nn.Linear(units, units)
            self.theta_b_fc = nn.Linear(units, thetas_dim, bias=False)
            self.theta_f_fc = nn.Linear(units, thetas_dim, bias=False)
            self.register_buffer("backcast_basis", self.basis(thetas_dim, back))
            self.register_buffer("forecast_basis", self.basis(thetas_dim, ahead))

        def forward(self, x):
            x = torch.relu(self.fc2(torch.relu(self.fc1(x))))
            back, ahead = self.backcast_basis.to(x.dtype), self.forecast_basis.to(x.dtype)
            return self.theta_b_fc(x) @ back, self.theta_f_fc(x) @ ahead

    class TrendBlock(Block):
        def basis(self, p, n):
            t = torch.arange(n, dtype=torch.float64) / n
            return torch.stack([t**i for i in range(p)])

    class SeasonalityBlock(Block):
        def basis(self, p, n):
            order, t = torch.arange(1, p // 2 + 1).double(), torch.arange(n).double() / n
            angle = 2 * torch.pi * torch.outer(order, t)
            return torch.cat([angle.cos(), angle.sin()])

    class NBeatsNet(nn.Module):
        def __init__(self, back=20, ahead=6):
            super().__init__()
            self.ahead = ahead
            kinds = ((TrendBlock, 3), (SeasonalityBlock, 4))
            self.stacks = nn.ModuleList(
                nn.ModuleList(kind(24, size, back, ahead) for _ in range(2)) for kind, size in kinds
            )

        def forward(self, backcast):
            forecast = backcast.new_zeros(backcast.shape[0], self.ahead)
            for stack in self.stacks:
                for block in stack:
                    b, f = block(backcast)
                    backcast, forecast = backcast - b, forecast + f
            return backcast, forecast

    return NBeatsNet()
