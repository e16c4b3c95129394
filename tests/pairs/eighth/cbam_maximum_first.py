"""A small CNN with CBAM behind every convolution. The spatial attention of the PyTorch repository (channel pool) puts
the maximum in front of the mean; in the Keras one it is the other way round, as in the paper's formula.
"""

INPUTS = ("20x20x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["concat-order"],
            "keras": ["cbam_*_descriptor", "cbam_*_spatial"],
            "torch": ["cat*", "cbam1.1", "cbam2.1"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def cbam(x, ratio, name):
        channels = x.shape[-1]
        squeeze = layers.Dense(channels // ratio, activation="relu", name=f"{name}_squeeze")
        excite = layers.Dense(channels, name=f"{name}_excite")
        average = excite(squeeze(layers.GlobalAveragePooling2D()(x)))
        maximum = excite(squeeze(layers.GlobalMaxPooling2D()(x)))
        gate = layers.Activation("sigmoid", name=f"{name}_channel_gate")(layers.Add()([average, maximum]))
        x = layers.Multiply()([x, layers.Reshape((1, 1, channels))(gate)])
        mean = ops.mean(x, axis=3, keepdims=True)
        peak = ops.max(x, axis=3, keepdims=True)
        both = layers.Concatenate(axis=3, name=f"{name}_descriptor")([mean, peak])
        gate = layers.Conv2D(1, 7, padding="same", use_bias=False, activation="sigmoid", name=f"{name}_spatial")(both)
        return layers.Multiply()([x, gate])

    image = keras.Input((20, 20, 3))
    x = layers.Conv2D(8, 3, padding="same", activation="relu", name="conv_1")(image)
    x = layers.MaxPooling2D()(cbam(x, 4, "cbam_1"))
    x = layers.Conv2D(16, 3, padding="same", activation="relu", name="conv_2")(x)
    x = layers.GlobalAveragePooling2D()(cbam(x, 4, "cbam_2"))
    return keras.Model(image, layers.Dense(7, name="classes")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class ChannelGate(nn.Module):
        def __init__(self, channels, ratio):
            super().__init__()
            self.mlp = nn.Sequential(
                nn.Linear(channels, channels // ratio), nn.ReLU(), nn.Linear(channels // ratio, channels)
            )

        def forward(self, x):
            total = sum(self.mlp(pool(x, 1).flatten(1)) for pool in (F.adaptive_avg_pool2d, F.adaptive_max_pool2d))
            return x * torch.sigmoid(total)[:, :, None, None].expand_as(x)

    class SpatialGate(nn.Module):
        def __init__(self):
            super().__init__()
            self.spatial = nn.Conv2d(2, 1, 7, padding=3, bias=False)

        def forward(self, x):
            compressed = torch.cat((torch.max(x, 1)[0].unsqueeze(1), torch.mean(x, 1).unsqueeze(1)), dim=1)
            return x * torch.sigmoid(self.spatial(compressed))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.conv2 = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 16, 3, padding=1)
            self.cbam1 = nn.Sequential(ChannelGate(8, 4), SpatialGate())
            self.cbam2 = nn.Sequential(ChannelGate(16, 4), SpatialGate())
            self.fc = nn.Linear(16, 7)

        def forward(self, x):
            x = F.max_pool2d(self.cbam1(F.relu(self.conv1(x))), 2)
            x = self.cbam2(F.relu(self.conv2(x)))
            return self.fc(x.mean(dim=(-2, -1)))

    return Net()
