"""Three quantiles for the next six hours from a series and five facts about the station, pinball loss, momentum and
gradients clipped to norm 0.1 on both sides. After the first step the weights are no longer the same.
"""

INPUTS = ("12x4", "5")
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["clip-norm-each", "clipping-other"],
            "keras": ["optimizer"],
            "torch": ["optimizer"],
            "visible": False,
        }
    ],
}


def training_data():
    import numpy as np

    rng = np.random.default_rng(5)
    series, facts = rng.normal(size=(32, 12, 4)), rng.normal(size=(32, 5))
    return [series.astype("float32"), facts.astype("float32")], (3 * rng.normal(size=(32, 6))).astype("float32")


def keras_model():
    import keras
    from keras import layers, ops

    class Pinball(keras.losses.Loss):
        def __init__(self, quantiles=(0.1, 0.5, 0.9), **kwargs):
            super().__init__(**kwargs)
            self.quantiles = quantiles

        def call(self, y_true, y_pred):
            error = ops.expand_dims(y_true, -1) - y_pred
            q = ops.convert_to_tensor(self.quantiles, dtype=error.dtype)
            return ops.mean(ops.maximum(q * error, (q - 1) * error), axis=(-1, -2))

    series = keras.Input((12, 4), name="series")
    facts = keras.Input((5,), name="facts")
    context = layers.Dense(12, activation="tanh", name="context")(facts)
    x = layers.GRU(12, name="encoder")(series, initial_state=context)
    x = layers.Concatenate(name="join")([x, context])
    x = layers.Dense(24, activation="relu", name="hidden")(x)
    x = layers.Dense(18, name="quantiles")(x)
    x = layers.Reshape((6, 3), name="hours")(x)
    return keras.Model([series, facts], x), keras.optimizers.SGD(0.1, momentum=0.9, clipnorm=0.1), Pinball()


def torch_model():
    import torch
    from torch import nn

    class QuantileForecaster(nn.Module):
        def __init__(self, horizon=6, quantiles=3):
            super().__init__()
            self.shape = (horizon, quantiles)
            self.static = nn.Sequential(nn.Linear(5, 12), nn.Tanh())
            self.gru = nn.GRU(4, 12, batch_first=True)
            self.mlp = nn.Sequential(nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, horizon * quantiles))

        def forward(self, series, facts):
            h0 = self.static(facts)
            _, h = self.gru(series, h0.unsqueeze(0))
            return self.mlp(torch.cat([h[-1], h0], dim=1)).unflatten(1, self.shape)

    def pinball(pred, target):
        losses = []
        for i, q in enumerate((0.1, 0.5, 0.9)):
            error = target - pred[..., i]
            losses.append(torch.max(q * error, (q - 1) * error))
        return torch.stack(losses, dim=-1).mean()

    model = QuantileForecaster()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

    def clip(optimizer, args, kwargs):
        nn.utils.clip_grad_norm_([p for group in optimizer.param_groups for p in group["params"]], max_norm=0.1)

    optimizer.register_step_pre_hook(clip)
    return model, optimizer, pinball
