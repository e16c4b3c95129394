"""LSTM autoencoder for anomalies in sensor readings: encode to one vector, repeat it, decode step by step. The Keras
tutorial sets activation="relu" in the recurrent layers, and I rebuilt it with nn.LSTM.
"""

INPUTS = ("12x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["encode", "encode/*", "decode", "decode/*"],
            "torch": ["encoder", "encoder.*", "decoder", "decoder.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((12, 3)),
            layers.LSTM(20, activation="relu", name="encode"),
            layers.RepeatVector(12, name="bridge"),
            layers.LSTM(20, activation="relu", return_sequences=True, name="decode"),
            layers.TimeDistributed(layers.Dense(3, name="reading"), name="readings"),
        ]
    )


def torch_model():
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self, n_features, embedding_dim):
            super().__init__()
            self.rnn1 = nn.LSTM(input_size=n_features, hidden_size=embedding_dim, batch_first=True)

        def forward(self, x):
            _, (hidden_n, _) = self.rnn1(x)
            return hidden_n[-1]

    class Decoder(nn.Module):
        def __init__(self, seq_len, embedding_dim, n_features):
            super().__init__()
            self.seq_len = seq_len
            self.rnn1 = nn.LSTM(input_size=embedding_dim, hidden_size=embedding_dim, batch_first=True)
            self.output_layer = nn.Linear(embedding_dim, n_features)

        def forward(self, z):
            x = z.unsqueeze(1).expand(-1, self.seq_len, -1)
            x, _ = self.rnn1(x)
            return self.output_layer(x)

    class RecurrentAutoencoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = Encoder(3, 20)
            self.decoder = Decoder(12, 20, 3)

        def forward(self, x):
            return self.decoder(self.encoder(x))

    return RecurrentAutoencoder()
