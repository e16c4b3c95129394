"""x-vectors for speaker recognition: dilated convolutions over frames, then mean and deviation of all frames; the
embeddings of the PyTorch version are close to those of Keras but not the same, and worse for short recordings.
"""

INPUTS = ("30x12",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["variance-correction"],
            "keras": ["statistics", "statistics/*"],
            "torch": ["std*", "pool", "pool.*", "cat*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class StatisticsPooling(layers.Layer):
        def call(self, frames):
            return ops.concatenate([ops.mean(frames, axis=1), ops.std(frames, axis=1)], axis=-1)

    def tdnn(x, width, window, dilation, name):
        x = layers.Conv1D(width, window, dilation_rate=dilation, activation="relu", name=name)(x)
        return layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name=f"{name}_bn")(x)

    mfcc = keras.Input((30, 12), name="mfcc")
    x = tdnn(mfcc, 16, 5, 1, "frame_1")
    x = tdnn(x, 16, 3, 2, "frame_2")
    x = tdnn(x, 16, 3, 3, "frame_3")
    x = tdnn(x, 16, 1, 1, "frame_4")
    x = tdnn(x, 24, 1, 1, "frame_5")
    x = StatisticsPooling(name="statistics")(x)
    x = layers.Dense(20, activation="relu", name="segment_6")(x)
    x = layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name="segment_6_bn")(x)
    return keras.Model(mfcc, layers.Dense(7, name="speakers")(x))


def torch_model():
    import torch
    from torch import nn

    class StatsPool(nn.Module):
        def forward(self, x):
            return torch.cat((x.mean(dim=2), x.std(dim=2)), dim=1)

    class TDNN(nn.Sequential):
        def __init__(self, in_dim, out_dim, context_size, dilation=1):
            super().__init__(
                nn.Conv1d(in_dim, out_dim, context_size, dilation=dilation), nn.ReLU(), nn.BatchNorm1d(out_dim)
            )

    class XVector(nn.Module):
        def __init__(self, input_dim=12, num_speakers=7):
            super().__init__()
            self.tdnn1 = TDNN(input_dim, 16, 5)
            self.tdnn2 = TDNN(16, 16, 3, 2)
            self.tdnn3 = TDNN(16, 16, 3, 3)
            self.tdnn4 = TDNN(16, 16, 1)
            self.tdnn5 = TDNN(16, 24, 1)
            self.pool = StatsPool()
            self.segment6 = nn.Sequential(nn.Linear(48, 20), nn.ReLU(), nn.BatchNorm1d(20))
            self.output = nn.Linear(20, num_speakers)

        def forward(self, x):
            x = x.permute(0, 2, 1)
            for tdnn in (self.tdnn1, self.tdnn2, self.tdnn3, self.tdnn4, self.tdnn5):
                x = tdnn(x)
            return self.output(self.segment6(self.pool(x)))

    return XVector()
