"""Audio tagging on log-mel frames after a well-known pretrained CNN: the bands are averaged, then maximum and mean over
time are added. The feature maps agree, the tags do not.
"""

INPUTS = ("32x24x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-axis"],
            "keras": ["clip_pooling", "clip_pooling/*"],
            "torch": ["mean*", "max*", "amax*", "add*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class ClipPooling(layers.Layer):
        def call(self, x):
            x = ops.mean(x, axis=1)
            return ops.max(x, axis=1) + ops.mean(x, axis=1)

    def conv_block(x, width, name):
        for half in "ab":
            x = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"{name}_conv_{half}")(x)
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn_{half}")(x)
            x = layers.ReLU(name=f"{name}_relu_{half}")(x)
        return layers.AveragePooling2D(2, name=f"{name}_pool")(x)

    frames = keras.Input((32, 24, 1), name="log_mel")
    x = layers.BatchNormalization(axis=2, momentum=0.9, epsilon=1e-5, name="band_norm")(frames)
    for i, width in enumerate((8, 16, 24)):
        x = conv_block(x, width, f"block_{i}")
    x = ClipPooling(name="clip_pooling")(x)
    x = layers.Dense(32, activation="relu", name="embedding")(x)
    return keras.Model(frames, layers.Dense(7, activation="sigmoid", name="tags")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class ConvBlock(nn.Module):
        def __init__(self, in_channels, out_channels):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, out_channels, (3, 3), padding=(1, 1), bias=False)
            self.conv2 = nn.Conv2d(out_channels, out_channels, (3, 3), padding=(1, 1), bias=False)
            self.bn1 = nn.BatchNorm2d(out_channels)
            self.bn2 = nn.BatchNorm2d(out_channels)

        def forward(self, x, pool_size=(2, 2)):
            x = F.relu_(self.bn1(self.conv1(x)))
            x = F.relu_(self.bn2(self.conv2(x)))
            return F.avg_pool2d(x, kernel_size=pool_size)

    class Cnn6(nn.Module):
        def __init__(self, mel_bins=24, classes_num=7):
            super().__init__()
            self.bn0 = nn.BatchNorm2d(mel_bins)
            self.conv_block1 = ConvBlock(1, 8)
            self.conv_block2 = ConvBlock(8, 16)
            self.conv_block3 = ConvBlock(16, 24)
            self.fc1 = nn.Linear(24, 32)
            self.fc_audioset = nn.Linear(32, classes_num)

        def forward(self, x):
            x = self.bn0(x.transpose(1, 3)).transpose(1, 3)
            for block in (self.conv_block1, self.conv_block2, self.conv_block3):
                x = block(x)
            x = torch.mean(x, dim=3)
            (x1, _) = torch.max(x, dim=2)
            x2 = torch.mean(x, dim=2)
            x = F.relu_(self.fc1(x1 + x2))
            return torch.sigmoid(self.fc_audioset(x))

    return Cnn6()
