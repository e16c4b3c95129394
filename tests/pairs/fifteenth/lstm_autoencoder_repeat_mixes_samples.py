"""LSTM autoencoder for anomalies: RepeatVector in Keras, repeat and reshape in my PyTorch version. With one window at a
time they agree, in batches the reconstructions are off.
"""

INPUTS = ("7x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order"],
            "keras": ["bridge", "decoder_1"],
            "torch": ["decoder", "decoder.rnn1", "repeat*", "reshape*", "view*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((7, 3)),
            layers.LSTM(12, return_sequences=True, name="encoder_1"),
            layers.LSTM(6, name="encoder_2"),
            layers.RepeatVector(7, name="bridge"),
            layers.LSTM(6, return_sequences=True, name="decoder_1"),
            layers.LSTM(12, return_sequences=True, name="decoder_2"),
            layers.TimeDistributed(layers.Dense(3), name="reconstruction"),
        ]
    )


def torch_model():
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self, n_features, embedding_dim):
            super().__init__()
            self.rnn1 = nn.LSTM(n_features, 2 * embedding_dim, batch_first=True)
            self.rnn2 = nn.LSTM(2 * embedding_dim, embedding_dim, batch_first=True)

        def forward(self, x):
            x, _ = self.rnn1(x)
            _, (hidden, _) = self.rnn2(x)
            return hidden[-1]

    class Decoder(nn.Module):
        def __init__(self, seq_len, input_dim, n_features):
            super().__init__()
            self.seq_len, self.input_dim = seq_len, input_dim
            self.rnn1 = nn.LSTM(input_dim, input_dim, batch_first=True)
            self.rnn2 = nn.LSTM(input_dim, 2 * input_dim, batch_first=True)
            self.output_layer = nn.Linear(2 * input_dim, n_features)

        def forward(self, x):
            x = x.repeat(self.seq_len, 1)
            x = x.reshape(-1, self.seq_len, self.input_dim)
            x, _ = self.rnn1(x)
            x, _ = self.rnn2(x)
            return self.output_layer(x)

    class RecurrentAutoencoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = Encoder(3, 6)
            self.decoder = Decoder(7, 6, 3)

        def forward(self, x):
            return self.decoder(self.encoder(x))

    return RecurrentAutoencoder()
