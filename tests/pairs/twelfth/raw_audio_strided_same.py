"""My one-dimensional convolutional classifier for raw audio reaches a few percent less after I converted the weights to
PyTorch, all layers have the same output lengths, so what can be different in a plain convolution?
"""

INPUTS = ("64x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["same-padding-stride"],
            "keras": ["wave_conv_0", "wave_conv_1"],
            "torch": ["encoder.0", "encoder.0.conv", "encoder.1", "encoder.1.conv"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    stages = [
        {"filters": 8, "kernel_size": 9, "strides": 4},
        {"filters": 12, "kernel_size": 5, "strides": 2},
        {"filters": 16, "kernel_size": 3, "strides": 1},
    ]

    wave = keras.Input((64, 1), name="wave")
    x = wave
    for i, stage in enumerate(stages):
        x = layers.Conv1D(padding="same", name=f"wave_conv_{i}", **stage)(x)
        x = layers.BatchNormalization(name=f"wave_bn_{i}")(x)
        x = layers.Activation("relu", name=f"wave_relu_{i}")(x)
    x = layers.GlobalAveragePooling1D(name="average")(x)
    x = layers.Dropout(0.5, name="dropout")(x)
    return keras.Model(wave, layers.Dense(5, name="classes")(x), name="audio_net")


def torch_model():
    from collections import OrderedDict

    from torch import nn

    def conv_bn_relu(in_channels, out_channels, kernel_size, stride):
        return nn.Sequential(
            OrderedDict(
                conv=nn.Conv1d(in_channels, out_channels, kernel_size, stride, padding=kernel_size // 2),
                norm=nn.BatchNorm1d(out_channels, eps=1e-3, momentum=0.01),
                act=nn.ReLU(inplace=True),
            )
        )

    class AudioNet(nn.Module):
        def __init__(self, n_classes=5):
            super().__init__()
            plan = [(1, 8, 9, 4), (8, 12, 5, 2), (12, 16, 3, 1)]
            self.encoder = nn.Sequential(*(conv_bn_relu(*row) for row in plan))
            self.head = nn.Sequential(nn.Dropout(0.5), nn.Linear(16, n_classes))

        def forward(self, wave):
            features = self.encoder(wave.permute(0, 2, 1))
            return self.head(features.mean(-1))

    return AudioNet()
