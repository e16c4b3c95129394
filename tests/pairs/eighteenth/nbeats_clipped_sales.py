"""N-BEATS for daily sales that nobody scaled, so both clip gradients at a norm of one; the first losses agree and the
forecasts drift apart from the first step on.
"""

INPUTS = ("24",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["clip-norm-each", "clipping-other"],
            "keras": ["optimizer"],
            "torch": ["optimizer"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    class Block(layers.Layer):
        def __init__(self, backcast, horizon, units=20, **kwargs):
            super().__init__(**kwargs)
            self.hidden = [layers.Dense(units, activation="relu", name=f"fc{i}") for i in range(3)]
            self.theta = layers.Dense(backcast + horizon, name="theta")
            self.backcast = backcast

        def call(self, x):
            for layer in self.hidden:
                x = layer(x)
            theta = self.theta(x)
            return theta[:, : self.backcast], theta[:, self.backcast :]

    history = keras.Input((24,), name="history")
    residual, forecasts = history, []
    for i in range(3):
        backcast, forecast = Block(24, 6, name=f"block{i}")(residual)
        residual = layers.Subtract(name=f"residual{i}")([residual, backcast])
        forecasts.append(forecast)
    model = keras.Model(history, layers.Add(name="forecast")(forecasts))
    optimizer = keras.optimizers.SGD(learning_rate=0.01, momentum=0.9, clipnorm=1.0)
    return model, optimizer, keras.losses.MeanSquaredError()


def torch_model():
    import torch
    from torch import nn

    class NBeatsBlock(nn.Module):
        def __init__(self, input_size, theta_size, width=20):
            super().__init__()
            self.layers = nn.ModuleList(
                [nn.Linear(input_size, width), nn.Linear(width, width), nn.Linear(width, width)]
            )
            self.basis_parameters = nn.Linear(width, theta_size)
            self.input_size = input_size

        def forward(self, x):
            for layer in self.layers:
                x = torch.relu(layer(x))
            theta = self.basis_parameters(x)
            return theta.split([self.input_size, theta.shape[1] - self.input_size], dim=1)

    class NBeats(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.ModuleList(NBeatsBlock(24, 30) for _ in range(3))

        def forward(self, x):
            forecast = 0.0
            for block in self.blocks:
                backcast, block_forecast = block(x)
                x = x - backcast
                forecast = forecast + block_forecast
            return forecast

    model = NBeats()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

    def clip_gradients(optimizer, args, kwargs):
        nn.utils.clip_grad_norm_([p for group in optimizer.param_groups for p in group["params"]], max_norm=1.0)

    optimizer.register_step_pre_hook(clip_gradients)
    return model, optimizer, nn.MSELoss()


def training_data():
    import numpy as np

    random = np.random.default_rng(11)
    sales = 20 + 5 * random.normal(size=(16, 30)) + 8 * np.sin(np.arange(30) * 2 * np.pi / 7)
    return sales[:, :24].astype("float32"), sales[:, 24:].astype("float32")
