"""I rebuilt my convolutional recurrent net for spoken keywords (mel spectrogram, two convolutions, a bidirectional GRU)
in PyTorch, the shapes printed are the same everywhere, yet the probabilities have nothing to do with those of Keras.
"""

INPUTS = ("24x16x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "flatten-order", "permute-axes"],
            "keras": ["frames", "bigru"],
            "torch": ["view*", "reshape*", "rnn", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    config = {"filters": (8, 12), "pools": ((2, 2), (1, 2)), "units": 10, "labels": 6}

    spectrogram = keras.Input((24, 16, 1), name="spectrogram")
    x = spectrogram
    for i, (filters, pool) in enumerate(zip(config["filters"], config["pools"], strict=True), start=1):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"conv{i}")(x)
        x = layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name=f"conv{i}_bn")(x)
        x = layers.ReLU(name=f"conv{i}_relu")(x)
        x = layers.MaxPooling2D(pool, name=f"conv{i}_pool")(x)
    _, steps, bands, channels = x.shape
    x = layers.Reshape((steps, bands * channels), name="frames")(x)
    x = layers.Bidirectional(layers.GRU(config["units"], return_sequences=True), name="bigru")(x)
    x = layers.GlobalMaxPooling1D(name="over_time")(x)
    x = layers.Dropout(0.3)(x)
    x = layers.Dense(config["labels"], activation="softmax", name="keyword")(x)
    return keras.Model(spectrogram, x)


def torch_model():
    import torch
    from torch import nn

    def block(c_in, c_out, pool):
        return nn.Sequential(
            nn.Conv2d(c_in, c_out, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(c_out),
            nn.ReLU(),
            nn.MaxPool2d(pool),
        )

    class KeywordCRNN(nn.Module):
        def __init__(self, mels=16, hidden=10, labels=6):
            super().__init__()
            self.cnn = nn.Sequential(block(1, 8, (2, 2)), block(8, 12, (1, 2)))
            self.rnn = nn.GRU(12 * mels // 4, hidden, batch_first=True, bidirectional=True)
            self.drop = nn.Dropout(0.3)
            self.fc = nn.Linear(2 * hidden, labels)

        def forward(self, x):
            x = self.cnn(x)
            b, c, t, f = x.shape
            x = x.view(b, t, c * f)
            x, _ = self.rnn(x)
            x, _ = torch.max(x, dim=1)
            return torch.softmax(self.fc(self.drop(x)), dim=-1)

    return KeywordCRNN()
