"""Keyword spotting on 32 frames by 32 mel bands: two convolutions, the bands averaged, a GRU along time. I kept
axis 2 for the mean when I moved the channels to the front; nothing complained, there are as many frames as bands.
"""

INPUTS = ("32x32x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-axis", "permute-axes"],
            "keras": ["over_bands", "gru"],
            "torch": ["mean*", "permute*", "transpose*", "rnn", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class OverBands(layers.Layer):
        def call(self, x):  # (batch, time, bands, channels)
            return ops.mean(x, axis=2)

    model = keras.Sequential([layers.Input((32, 32, 1))], name="kws")
    for filters in (8, 16):
        model.add(layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"conv_{filters}"))
        model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn_{filters}"))
        model.add(layers.ReLU(name=f"relu_{filters}"))
        model.add(layers.MaxPooling2D(2, name=f"pool_{filters}"))
    model.add(OverBands(name="over_bands"))
    model.add(layers.GRU(10, name="gru"))
    model.add(layers.Dense(4, activation="softmax", name="keyword"))
    return model


def torch_model():
    from torch import nn

    class KeywordNet(nn.Module):
        def __init__(self, widths=(1, 8, 16)):
            super().__init__()
            stages = []
            for a, b in zip(widths[:-1], widths[1:]):
                stages.append(nn.Conv2d(a, b, 3, padding=1, bias=False))
                stages.append(nn.BatchNorm2d(b))
                stages.append(nn.ReLU())
                stages.append(nn.MaxPool2d(2))
            self.cnn = nn.Sequential(*stages)
            self.rnn = nn.GRU(16, 10, batch_first=True)
            self.fc = nn.Linear(10, 4)

        def forward(self, spec):  # (batch, 1, time, bands)
            x = self.cnn(spec).mean(dim=2)
            _, h = self.rnn(x.permute(0, 2, 1))
            return self.fc(h.squeeze(0)).softmax(dim=-1)

    return KeywordNet()
