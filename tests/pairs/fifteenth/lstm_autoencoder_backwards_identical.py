"""LSTM autoencoder that reconstructs a sequence from its end: the code is repeated for every step, and the decoder goes
on from both states of the encoder. In PyTorch the decoder is a cell in a loop that fills a list from behind.
"""

INPUTS = ("12x5",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Backwards(layers.Layer):
        def call(self, x):
            return ops.flip(x, axis=1)

    series = keras.Input((12, 5))
    code, state_h, state_c = layers.LSTM(16, return_state=True, name="encoder")(series)
    x = layers.RepeatVector(12, name="repeat")(code)
    x = layers.LSTM(16, return_sequences=True, name="decoder")(x, initial_state=[state_h, state_c])
    x = layers.TimeDistributed(layers.Dense(5), name="values")(x)
    return keras.Model(series, Backwards(name="backwards")(x))


def torch_model():
    import torch
    from torch import nn

    class LSTMAutoencoder(nn.Module):
        def __init__(self, n_features=5, hidden=16):
            super().__init__()
            self.encoder = nn.LSTM(n_features, hidden, batch_first=True)
            self.decoder = nn.LSTMCell(hidden, hidden)
            self.output_layer = nn.Linear(hidden, n_features)

        def forward(self, x):
            _, (h, c) = self.encoder(x)
            h, c = h.squeeze(0), c.squeeze(0)
            code, steps = h, []
            for _ in range(x.size(1)):
                h, c = self.decoder(code, (h, c))
                steps.insert(0, self.output_layer(h))
            return torch.stack(steps, dim=1)

    return LSTMAutoencoder()
