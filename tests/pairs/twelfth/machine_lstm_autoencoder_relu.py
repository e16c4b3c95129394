"""An LSTM autoencoder finds broken machines in Keras from the reconstruction error; the PyTorch one with the converted
weights reconstructs something else, although gates, biases and the repeated code are as in the tutorials.
"""

INPUTS = ("10x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["encoder_1", "encoder_2", "decoder_1", "decoder_2"],
            "torch": ["encoder", "encoder.*", "decoder", "decoder.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    steps, features = 10, 3
    model = keras.Sequential([keras.Input((steps, features))])
    model.add(layers.LSTM(16, activation="relu", return_sequences=True, name="encoder_1"))
    model.add(layers.LSTM(6, activation="relu", return_sequences=False, name="encoder_2"))
    model.add(layers.RepeatVector(steps, name="repeat"))
    model.add(layers.LSTM(6, activation="relu", return_sequences=True, name="decoder_1"))
    model.add(layers.LSTM(16, activation="relu", return_sequences=True, name="decoder_2"))
    model.add(layers.TimeDistributed(layers.Dense(features), name="readings"))
    return model


def torch_model():
    from itertools import pairwise

    from torch import nn

    class Recurrent(nn.Module):
        def __init__(self, sizes):
            super().__init__()
            self.rnns = nn.ModuleList(nn.LSTM(a, b, batch_first=True) for a, b in pairwise(sizes))

        def forward(self, x):
            for rnn in self.rnns:
                x, (h, _) = rnn(x)
            return x, h.squeeze(0)

    class LSTMAutoencoder(nn.Module):
        def __init__(self, n_features=3, hidden=16, code=6):
            super().__init__()
            self.encoder = Recurrent([n_features, hidden, code])
            self.decoder = Recurrent([code, code, hidden])
            self.output_layer = nn.Linear(hidden, n_features)

        def forward(self, x):
            _, code = self.encoder(x)
            repeated = code.unsqueeze(1).repeat(1, x.shape[1], 1)
            decoded, _ = self.decoder(repeated)
            return self.output_layer(decoded)

    return LSTMAutoencoder()
