"""ShuffleNet unit: the shuffle of the port reads the channels as (n, groups) instead of (groups, n)."""

INPUTS = ("12x12x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "pixel-shuffle-order"],
            "keras": ["channel_shuffle", "depthwise"],
            "torch": ["view*", "transpose*", "reshape*", "contiguous", "unit", "unit.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    @keras.saving.register_keras_serializable("pairs")
    class ChannelShuffle(layers.Layer):
        def __init__(self, groups, **kwargs):
            super().__init__(**kwargs)
            self.groups = groups

        def call(self, x):
            h, w, c = x.shape[1:]
            x = keras.ops.reshape(x, (-1, h, w, self.groups, c // self.groups))
            x = keras.ops.transpose(x, (0, 1, 2, 4, 3))
            return keras.ops.reshape(x, (-1, h, w, c))

    inputs = keras.Input((12, 12, 3))
    x = layers.Conv2D(12, 3, padding="same", activation="relu", name="stem")(inputs)
    y = layers.Conv2D(12, 1, groups=3, activation="relu", name="compress")(x)
    y = ChannelShuffle(3, name="channel_shuffle")(y)
    y = layers.DepthwiseConv2D(3, padding="same", name="depthwise")(y)
    y = layers.Conv2D(12, 1, groups=3, name="expand")(y)
    x = layers.ReLU()(layers.Add()([x, y]))
    return keras.Model(inputs, layers.Dense(3, name="head")(layers.GlobalAveragePooling2D()(x)))


def torch_model():
    import torch
    from torch import nn

    class ShuffleUnit(nn.Module):
        def __init__(self, c, groups):
            super().__init__()
            self.groups = groups
            self.compress = nn.Conv2d(c, c, 1, groups=groups)
            self.depthwise = nn.Conv2d(c, c, 3, padding=1, groups=c)
            self.expand = nn.Conv2d(c, c, 1, groups=groups)

        def forward(self, x):
            y = torch.relu(self.compress(x))
            b, c, h, w = y.shape
            y = y.view(b, c // self.groups, self.groups, h, w).transpose(1, 2).contiguous().view(b, c, h, w)
            return torch.relu(x + self.expand(self.depthwise(y)))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(3, 12, 3, padding=1)
            self.unit = ShuffleUnit(12, 3)
            self.head = nn.Linear(12, 3)

        def forward(self, x):
            x = self.unit(torch.relu(self.stem(x)))
            return self.head(x.mean((2, 3)))

    return Net()
