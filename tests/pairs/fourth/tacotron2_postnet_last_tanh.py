"""Encoder and postnet of Tacotron 2. NVIDIA's postnet has no tanh behind its last convolution, my loop over five equal
blocks has it everywhere. The spectrogram gets a correction between -1 and 1 only.
"""

INPUTS = ("12:int32", "18x8")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["post_4*", "corrected"],
            "torch": ["postnet.convolutions.4*", "postnet", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def conv(x, n, name, activation):
        x = layers.Conv1D(n, 5, padding="same", name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_norm")(x)
        x = layers.Activation(activation, name=f"{name}_{activation}")(x)
        return layers.Dropout(0.5, name=f"{name}_drop")(x)

    text = keras.Input((12,), dtype="int32", name="text")
    mel = keras.Input((18, 8), name="mel")
    x = layers.Embedding(30, 16, name="embedding")(text)
    for i in range(3):
        x = conv(x, 16, f"encoder_{i}", "relu")
    memory = layers.Bidirectional(layers.LSTM(8, return_sequences=True), name="encoder_lstm")(x)
    x = mel
    for i, n in enumerate((12, 12, 12, 12, 8)):
        x = conv(x, n, f"post_{i}", "tanh")
    return keras.Model([text, mel], [memory, layers.Add(name="corrected")([mel, x])])


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class ConvNorm(nn.Module):
        def __init__(self, i, o, kernel_size=5):
            super().__init__()
            self.conv = nn.Conv1d(i, o, kernel_size, padding=(kernel_size - 1) // 2)

        def forward(self, signal):
            return self.conv(signal)

    class Encoder(nn.Module):
        def __init__(self, n=16):
            super().__init__()
            self.convolutions = nn.ModuleList([nn.Sequential(ConvNorm(n, n), nn.BatchNorm1d(n)) for _ in range(3)])
            self.lstm = nn.LSTM(n, n // 2, 1, batch_first=True, bidirectional=True)

        def forward(self, x):
            for conv in self.convolutions:
                x = F.dropout(F.relu(conv(x)), 0.5, self.training)
            self.lstm.flatten_parameters()
            return self.lstm(x.transpose(1, 2))[0]

    class Postnet(nn.Module):
        def __init__(self, mels=8, n=12):
            super().__init__()
            widths = [mels, n, n, n, n, mels]
            self.convolutions = nn.ModuleList(
                [nn.Sequential(ConvNorm(i, o), nn.BatchNorm1d(o)) for i, o in zip(widths, widths[1:], strict=False)]
            )

        def forward(self, x):
            for conv in self.convolutions[:-1]:
                x = F.dropout(torch.tanh(conv(x)), 0.5, self.training)
            return F.dropout(self.convolutions[-1](x), 0.5, self.training)

    class Tacotron2(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(30, 16)
            self.encoder, self.postnet = Encoder(), Postnet()

        def forward(self, text, mel):
            return self.encoder(self.embedding(text).transpose(1, 2)), mel + self.postnet(mel)

    return Tacotron2()
