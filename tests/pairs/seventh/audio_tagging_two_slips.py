"""PANNs CNN on log mel (time, mel): mean over mel, then maximum plus mean over time. mAP of the port is half the one of
the Keras model. Blocks are copied from the paper's code, with one change of mine for speed.
"""

INPUTS = ("32x16x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["pool-other"], "keras": ["pool_0"], "torch": ["max_pool2d*", "block1", "block1.*", ""]},
        {
            "rules": ["pool-axis", "permute-axes", "wiring-other"],
            "keras": ["mel_mean", "*"],
            "torch": ["mean*", ""],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class MeanOver(layers.Layer):
        def __init__(self, axis, **kwargs):
            super().__init__(**kwargs)
            self.axis = axis

        def call(self, x):
            return ops.mean(x, axis=self.axis)

    def norm(name, axis=-1):
        return layers.BatchNormalization(axis=axis, momentum=0.9, epsilon=1e-5, name=name)

    logmel = keras.Input((32, 16, 1))
    x = norm("bn0", axis=2)(logmel)
    for i, width in enumerate((8, 12)):
        for half in "ab":
            x = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"conv_{i}{half}")(x)
            x = layers.ReLU()(norm(f"bn_{i}{half}")(x))
        x = layers.AveragePooling2D(2, name=f"pool_{i}")(x)
        x = layers.Dropout(0.2)(x)
    x = MeanOver(2, name="mel_mean")(x)
    x = layers.Add()([layers.GlobalMaxPooling1D()(x), layers.GlobalAveragePooling1D()(x)])
    x = layers.Dense(16, activation="relu", name="embedding")(x)
    return keras.Model(logmel, layers.Dense(6, activation="sigmoid", name="tags")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class ConvBlock(nn.Module):
        def __init__(self, cin, cout, pool_type="avg"):
            super().__init__()
            self.conv1 = nn.Conv2d(cin, cout, 3, padding=1, bias=False)
            self.conv2 = nn.Conv2d(cout, cout, 3, padding=1, bias=False)
            self.bn1, self.bn2 = nn.BatchNorm2d(cout), nn.BatchNorm2d(cout)
            self.pool = F.max_pool2d if pool_type == "max" else F.avg_pool2d

        def forward(self, x):
            x = F.relu_(self.bn1(self.conv1(x)))
            x = F.relu_(self.bn2(self.conv2(x)))
            return self.pool(x, kernel_size=2)

    class Cnn6(nn.Module):
        def __init__(self):
            super().__init__()
            self.bn0 = nn.BatchNorm2d(16)
            self.block1, self.block2 = ConvBlock(1, 8, "max"), ConvBlock(8, 12)
            self.fc1, self.fc_audioset = nn.Linear(12, 16), nn.Linear(16, 6)

        def forward(self, x):  # (batch, 1, time, mel)
            x = self.bn0(x.transpose(1, 3)).transpose(1, 3)
            x = F.dropout(self.block1(x), p=0.2, training=self.training)
            x = F.dropout(self.block2(x), p=0.2, training=self.training)
            x = torch.mean(x, dim=2)
            x1, _ = torch.max(x, dim=2)
            x = F.relu_(self.fc1(x1 + torch.mean(x, dim=2)))
            return torch.sigmoid(self.fc_audioset(x))

    return Cnn6()
