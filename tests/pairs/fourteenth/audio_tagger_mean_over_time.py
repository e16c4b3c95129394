"""Audio tagging CNN on log-mel frames, in the manner of the pretrained audio networks, rebuilt in Keras: every
convolution block matches but the clip embedding does not, although its length is right.
"""

INPUTS = ("32x16x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-axis"],
            "keras": ["mel_mean", "time_max", "time_mean", "clip"],
            "torch": ["mean*", "max*", "amax*", "add*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def conv_block(x, filters, name):
        for i in (1, 2):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv{i}")(x)
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn{i}")(x)
            x = layers.ReLU(name=f"{name}_relu{i}")(x)
        return layers.AveragePooling2D(2, name=f"{name}_pool")(x)

    logmel = keras.Input((32, 16, 1), name="logmel")
    x = layers.BatchNormalization(axis=2, momentum=0.9, epsilon=1e-5, name="bn0")(logmel)
    x = conv_block(x, 8, "block1")
    x = conv_block(x, 16, "block2")
    x = layers.Lambda(lambda t: ops.mean(t, axis=1), output_shape=(4, 16), name="mel_mean")(x)
    strongest = layers.GlobalMaxPooling1D(name="time_max")(x)
    average = layers.GlobalAveragePooling1D(name="time_mean")(x)
    x = layers.Add(name="clip")([strongest, average])
    x = layers.Dense(24, activation="relu", name="fc1")(x)
    return keras.Model(logmel, layers.Dense(7, activation="sigmoid", name="tags")(x))


def torch_model():
    import torch
    import torch.nn as nn
    import torch.nn.functional as F

    class ConvBlock(nn.Module):
        def __init__(self, in_channels, out_channels):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, out_channels, (3, 3), padding=(1, 1), bias=False)
            self.conv2 = nn.Conv2d(out_channels, out_channels, (3, 3), padding=(1, 1), bias=False)
            self.bn1 = nn.BatchNorm2d(out_channels)
            self.bn2 = nn.BatchNorm2d(out_channels)

        def forward(self, x):
            x = F.relu_(self.bn1(self.conv1(x)))
            x = F.relu_(self.bn2(self.conv2(x)))
            return F.avg_pool2d(x, kernel_size=(2, 2))

    class Cnn(nn.Module):
        def __init__(self, mel_bins=16, classes_num=7):
            super().__init__()
            self.bn0 = nn.BatchNorm2d(mel_bins)
            self.conv_block1 = ConvBlock(1, 8)
            self.conv_block2 = ConvBlock(8, 16)
            self.fc1 = nn.Linear(16, 24)
            self.fc_audioset = nn.Linear(24, classes_num)

        def forward(self, x):
            # (batch, 1, time, mel)
            x = self.bn0(x.transpose(1, 3)).transpose(1, 3)
            x = self.conv_block2(self.conv_block1(x))
            x = torch.mean(x, dim=3)
            (x1, _) = torch.max(x, dim=2)
            x = x1 + torch.mean(x, dim=2)
            return torch.sigmoid(self.fc_audioset(F.relu_(self.fc1(x))))

    return Cnn()
