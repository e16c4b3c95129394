"""x-vector network: mean and standard deviation over time; torch.std divides by n - 1."""

INPUTS = ("20x5",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["variance-correction"],
            "keras": ["stats", "std*", "concatenate"],
            "torch": ["std", "pool.std", "pool", "cat", "pool.cat"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class StatsPooling(layers.Layer):
        def call(self, x):
            return ops.concatenate([ops.mean(x, axis=1), ops.std(x, axis=1)], axis=-1)

    inputs = keras.Input((20, 5))
    x = layers.Conv1D(8, 5, activation="relu", name="tdnn_1")(inputs)
    x = layers.Conv1D(8, 3, dilation_rate=2, activation="relu", name="tdnn_2")(x)
    x = layers.Conv1D(10, 1, activation="relu", name="tdnn_3")(x)
    x = StatsPooling(name="stats")(x)
    x = layers.Dense(6, name="embedding")(x)
    return keras.Model(inputs, x)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class StatsPool(nn.Module):
        def forward(self, x):
            return torch.cat([x.mean(dim=-1), x.std(dim=-1)], dim=1)

    class XVector(nn.Module):
        def __init__(self):
            super().__init__()
            self.tdnn = nn.ModuleList([nn.Conv1d(5, 8, 5), nn.Conv1d(8, 8, 3, dilation=2), nn.Conv1d(8, 10, 1)])
            self.pool = StatsPool()
            self.segment = nn.Linear(20, 6)

        def forward(self, x):
            x = x.transpose(1, 2)
            for layer in self.tdnn:
                x = F.relu(layer(x))
            return self.segment(self.pool(x))

    return XVector()
