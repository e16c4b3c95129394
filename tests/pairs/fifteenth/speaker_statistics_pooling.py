"""Speaker embedding: dilated convolutions along time, then mean and standard deviation of every feature over all
frames, then two dense layers. The embeddings of the port come close, but never closer than a few thousandths.
"""

INPUTS = ("40x12",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["variance-correction"],
            "keras": ["statistics", "statistics/*", "std*"],
            "torch": ["pooling", "pooling.*", "std*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Statistics(layers.Layer):
        def call(self, x):
            return ops.concatenate([ops.mean(x, axis=1), ops.std(x, axis=1)], axis=-1)

    frames = keras.Input((40, 12))
    x = frames
    for i, (width, window, dilation) in enumerate(((20, 5, 1), (20, 3, 2), (20, 3, 3), (32, 1, 1)), 1):
        x = layers.Conv1D(width, window, dilation_rate=dilation, activation="relu", name=f"frame_{i}")(x)
        x = layers.BatchNormalization(name=f"frame_{i}_bn")(x)
    x = Statistics(name="statistics")(x)
    x = layers.Dense(24, name="segment_1")(x)
    x = layers.BatchNormalization(name="segment_1_bn")(layers.ReLU()(x))
    return keras.Model(frames, layers.Dense(16, name="segment_2")(x))


def torch_model():
    import torch
    from torch import nn

    class TDNN(nn.Module):
        def __init__(self, cin, cout, context, dilation):
            super().__init__()
            self.kernel = nn.Conv1d(cin, cout, context, dilation=dilation)
            self.nonlinearity = nn.ReLU()
            self.bn = nn.BatchNorm1d(cout, eps=1e-3, momentum=0.01)

        def forward(self, x):
            return self.bn(self.nonlinearity(self.kernel(x)))

    class StatsPool(nn.Module):
        def forward(self, x):
            return torch.cat([x.mean(dim=-1), x.std(dim=-1)], dim=1)

    class XVector(nn.Module):
        def __init__(self):
            super().__init__()
            self.frames = nn.Sequential(
                TDNN(12, 20, 5, 1),
                TDNN(20, 20, 3, 2),
                TDNN(20, 20, 3, 3),
                TDNN(20, 32, 1, 1),
            )
            self.pooling = StatsPool()
            self.fc1 = nn.Linear(64, 24)
            self.bn1 = nn.BatchNorm1d(24, eps=1e-3, momentum=0.01)
            self.fc2 = nn.Linear(24, 16)

        def forward(self, x):
            x = self.pooling(self.frames(x.transpose(1, 2)))
            return self.fc2(self.bn1(torch.relu(self.fc1(x))))

    return XVector()
