"""N-BEATS: the forecast of the PyTorch original begins with the last value of the window and the blocks add to it, the
Keras port only sums the forecasts of the blocks, as the paper says.
"""

INPUTS = ("20",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["branch-missing", "wiring-other"],
            "keras": ["forecast*", "block_0", "block_0/*", "block_1"],
            "torch": ["add*", "iadd*", "getitem*", "slice*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    class NBeatsBlock(layers.Layer):
        def __init__(self, units, depth, lookback, horizon, **kwargs):
            super().__init__(**kwargs)
            self.hidden = [layers.Dense(units, activation="relu", name=f"hidden_{i}") for i in range(depth)]
            self.theta = layers.Dense(lookback + horizon, name="theta")
            self.lookback = lookback

        def call(self, x):
            for layer in self.hidden:
                x = layer(x)
            theta = self.theta(x)
            return theta[:, : self.lookback], theta[:, self.lookback :]

    window = keras.Input((20,), name="window")
    residuals = window
    forecasts = []
    for i in range(3):
        backcast, block_forecast = NBeatsBlock(24, 3, 20, 5, name=f"block_{i}")(residuals)
        residuals = layers.Subtract(name=f"residual_{i}")([residuals, backcast]) if i < 2 else None
        forecasts.append(block_forecast)
    return keras.Model(window, layers.Add(name="forecast")(forecasts))


def torch_model():
    import torch
    from torch import nn

    class GenericBasis(nn.Module):
        def __init__(self, backcast_size, forecast_size):
            super().__init__()
            self.backcast_size, self.forecast_size = backcast_size, forecast_size

        def forward(self, theta):
            return theta[:, : self.backcast_size], theta[:, -self.forecast_size :]

    class NBeatsBlock(nn.Module):
        def __init__(self, input_size, theta_size, basis_function, n_layers, layer_size):
            super().__init__()
            self.layers = nn.ModuleList(
                [nn.Linear(input_size, layer_size)] + [nn.Linear(layer_size, layer_size) for _ in range(n_layers - 1)]
            )
            self.basis_parameters = nn.Linear(layer_size, theta_size)
            self.basis_function = basis_function

        def forward(self, x):
            for layer in self.layers:
                x = torch.relu(layer(x))
            return self.basis_function(self.basis_parameters(x))

    class NBeats(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.ModuleList([NBeatsBlock(20, 25, GenericBasis(20, 5), 3, 24) for _ in range(3)])

        def forward(self, x):
            residuals = x
            forecast = x[:, -1:]
            for block in self.blocks:
                backcast, block_forecast = block(residuals)
                residuals = residuals - backcast
                forecast = forecast + block_forecast
            return forecast

    return NBeats()
