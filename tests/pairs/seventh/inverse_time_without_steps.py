"""InverseTimeDecay(0.25, decay_steps=8, decay_rate=0.5) for a small matrix factorisation; lr / (1 + decay * t) here."""

INPUTS = ("1:int32", "1:int32")
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["inverse-time-decay", "schedule-other"], "keras": ["learning rate"], "torch": ["learning rate"]}
    ],
}


def keras_model():
    import keras
    from keras import layers

    user, item = keras.Input((1,), dtype="int32", name="user"), keras.Input((1,), dtype="int32", name="item")
    u = layers.Flatten()(layers.Embedding(20, 6, name="user_factors")(user))
    i = layers.Flatten()(layers.Embedding(30, 6, name="item_factors")(item))
    bias = layers.Add()(
        [
            layers.Flatten()(layers.Embedding(20, 1, name="user_bias")(user)),
            layers.Flatten()(layers.Embedding(30, 1, name="item_bias")(item)),
        ]
    )
    model = keras.Model([user, item], layers.Dot(axes=1)([u, i]) + bias)
    rate = keras.optimizers.schedules.InverseTimeDecay(0.25, decay_steps=8, decay_rate=0.5)
    return model, keras.optimizers.SGD(rate), "mean_squared_error"


def torch_model():
    import torch
    from torch import nn

    class MF(nn.Module):
        def __init__(self, n_users=20, n_items=30, k=6):
            super().__init__()
            self.P, self.Q = nn.Embedding(n_users, k), nn.Embedding(n_items, k)
            self.user_bias, self.item_bias = nn.Embedding(n_users, 1), nn.Embedding(n_items, 1)

        def forward(self, user, item):
            score = (self.P(user) * self.Q(item)).sum(-1)
            return score + self.user_bias(user).squeeze(-1) + self.item_bias(item).squeeze(-1)

    model = MF()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + 0.5 * t))
    return model, optimizer, nn.MSELoss(), scheduler


def training_data():
    import numpy as np

    rng = np.random.default_rng(10)
    rows = [rng.integers(0, 20, (24, 1)).astype("int32"), rng.integers(0, 30, (24, 1)).astype("int32")]
    return rows, rng.integers(1, 6, (24, 1)).astype("float32")
