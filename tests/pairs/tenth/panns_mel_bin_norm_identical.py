"""Audio tagging network in the manner of PANNs: the first batch norm works on mel bins, by two transposes in PyTorch
and by an axis in Keras; then average pools, a mean over frequency, and maximum plus mean over time.
"""

INPUTS = ("40x32x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def norm(name, axis=-1):
        return layers.BatchNormalization(axis=axis, momentum=0.9, epsilon=1e-5, name=name)

    log_mel = keras.Input((40, 32, 1))
    x = norm("mel_norm", axis=2)(log_mel)
    for i, filters in enumerate((16, 24, 32), start=1):
        for part in "ab":
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"block{i}{part}")(x)
            x = layers.ReLU()(norm(f"block{i}{part}_norm")(x))
        x = layers.AveragePooling2D(2, name=f"pool{i}")(x)
        x = layers.Dropout(0.2)(x)
    x = ops.mean(x, axis=2)
    x = layers.Add(name="clip")([layers.GlobalMaxPooling1D()(x), layers.GlobalAveragePooling1D()(x)])
    x = layers.Dropout(0.5)(x)
    x = layers.Dense(48, activation="relu", name="embedding")(x)
    x = layers.Dropout(0.5)(x)
    return keras.Model(log_mel, layers.Dense(10, activation="sigmoid", name="tags")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class ConvBlock(nn.Module):
        def __init__(self, in_channels, out_channels):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)
            self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(out_channels)
            self.bn2 = nn.BatchNorm2d(out_channels)

        def forward(self, x, pool_size=(2, 2)):
            x = F.relu_(self.bn1(self.conv1(x)))
            x = F.relu_(self.bn2(self.conv2(x)))
            return F.avg_pool2d(x, kernel_size=pool_size)

    class Cnn6(nn.Module):
        def __init__(self, mel_bins=32, classes_num=10):
            super().__init__()
            self.bn0 = nn.BatchNorm2d(mel_bins)
            self.conv_block1 = ConvBlock(1, 16)
            self.conv_block2 = ConvBlock(16, 24)
            self.conv_block3 = ConvBlock(24, 32)
            self.fc1 = nn.Linear(32, 48)
            self.fc_audioset = nn.Linear(48, classes_num)

        def forward(self, x):
            x = self.bn0(x.transpose(1, 3)).transpose(1, 3)
            for block in (self.conv_block1, self.conv_block2, self.conv_block3):
                x = F.dropout(block(x), p=0.2, training=self.training)
            x = torch.mean(x, dim=3)
            x1, _ = torch.max(x, dim=2)
            x = F.dropout(x1 + torch.mean(x, dim=2), p=0.5, training=self.training)
            x = F.dropout(F.relu_(self.fc1(x)), p=0.5, training=self.training)
            return torch.sigmoid(self.fc_audioset(x))

    return Cnn6()
