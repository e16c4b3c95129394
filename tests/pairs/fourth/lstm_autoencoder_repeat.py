"""LSTM autoencoder for anomaly detection: RepeatVector in Keras, repeat and view in PyTorch. It trains, but badly."""

INPUTS = ("9x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "recurrent-batch-first", "wiring-other"],
            "keras": ["repeat_vector", "decoder*"],
            "torch": ["repeat*", "view*", "reshape*", "decoder*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(name="lstm_autoencoder")
    model.add(keras.Input((9, 4)))
    model.add(layers.LSTM(12, return_sequences=True, name="encoder_1"))
    model.add(layers.LSTM(6, name="encoder_2"))
    model.add(layers.RepeatVector(9, name="repeat_vector"))
    model.add(layers.LSTM(6, return_sequences=True, name="decoder_1"))
    model.add(layers.LSTM(12, return_sequences=True, name="decoder_2"))
    model.add(layers.TimeDistributed(layers.Dense(4), name="output"))
    return model


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
            x = x.repeat(self.seq_len, 1).view(-1, self.seq_len, self.input_dim)
            x, _ = self.rnn1(x)
            x, _ = self.rnn2(x)
            return self.output_layer(x)

    class RecurrentAutoencoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = Encoder(4, 6)
            self.decoder = Decoder(9, 6, 4)

        def forward(self, x):
            return self.decoder(self.encoder(x))

    return RecurrentAutoencoder()
