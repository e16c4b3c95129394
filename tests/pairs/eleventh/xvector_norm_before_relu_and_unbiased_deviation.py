"""x-vector speaker network on MFCC frames: dilated convolutions over time, mean and deviation of the frames side by
side, two dense layers. In PyTorch I wrote the usual convolution, norm and activation, and took torch.std.
"""

INPUTS = ("36x13",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-activation-order"],
            "keras": ["frame*"],
            "torch": ["tdnn*", "relu*"],
        },
        {
            "rules": ["variance-correction"],
            "keras": ["stats_pool", "stats_pool/*", "segment6"],
            "torch": ["std*", "var*", "cat*", "segment6", ""],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class StatsPooling(layers.Layer):
        def call(self, x):
            mean = ops.mean(x, axis=1)
            std = ops.std(x, axis=1)
            return ops.concatenate([mean, std], axis=-1)

    def tdnn(x, filters, size, dilation, name):
        x = layers.Conv1D(filters, size, dilation_rate=dilation, activation="relu", name=name)(x)
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)

    frames = keras.Input((36, 13), name="mfcc")
    x = tdnn(frames, 24, 5, 1, "frame1")
    x = tdnn(x, 24, 3, 2, "frame2")
    x = tdnn(x, 24, 3, 3, "frame3")
    x = tdnn(x, 24, 1, 1, "frame4")
    x = tdnn(x, 40, 1, 1, "frame5")
    x = StatsPooling(name="stats_pool")(x)
    x = layers.Dense(20, activation="relu", name="segment6")(x)
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="segment6_bn")(x)
    return keras.Model(frames, layers.Dense(11, name="speaker")(x), name="x_vector")


def torch_model():
    import torch
    from torch import nn

    class TDNN(nn.Module):
        def __init__(self, input_dim, output_dim, context_size, dilation=1):
            super().__init__()
            self.kernel = nn.Conv1d(input_dim, output_dim, context_size, dilation=dilation)
            self.bn = nn.BatchNorm1d(output_dim)
            self.nonlinearity = nn.ReLU()

        def forward(self, x):
            return self.nonlinearity(self.bn(self.kernel(x)))

    class XVector(nn.Module):
        def __init__(self, input_dim=13, num_classes=11):
            super().__init__()
            self.tdnn1 = TDNN(input_dim, 24, 5)
            self.tdnn2 = TDNN(24, 24, 3, dilation=2)
            self.tdnn3 = TDNN(24, 24, 3, dilation=3)
            self.tdnn4 = TDNN(24, 24, 1)
            self.tdnn5 = TDNN(24, 40, 1)
            self.segment6 = nn.Linear(80, 20)
            self.segment6_bn = nn.BatchNorm1d(20)
            self.output = nn.Linear(20, num_classes)

        def forward(self, inputs):
            x = inputs.transpose(1, 2)
            for layer in (self.tdnn1, self.tdnn2, self.tdnn3, self.tdnn4, self.tdnn5):
                x = layer(x)
            stat_pooling = torch.cat((torch.mean(x, dim=2), torch.std(x, dim=2)), 1)
            x = self.segment6_bn(torch.relu(self.segment6(stat_pooling)))
            return self.output(x)

    return XVector()
