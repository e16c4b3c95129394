"""Encoder-decoder forecasting: Keras returns (sequence, h, c), and I unpacked PyTorch's states in another order."""

INPUTS = ("10x3", "4x2")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["recurrent-state-order", "wiring-other", "split-order"],
            "keras": ["decoder", "encoder"],
            "torch": ["decoder", "encoder"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    class Forecaster(keras.Model):
        def __init__(self, units=9, horizon_width=1):
            super().__init__(name="forecaster")
            self.encoder = layers.LSTM(units, return_state=True, name="encoder")
            self.decoder = layers.LSTM(units, return_sequences=True, return_state=True, name="decoder")
            self.head = layers.TimeDistributed(layers.Dense(horizon_width), name="head")

        def call(self, inputs, training=None):
            past, future = inputs
            _, state_h, state_c = self.encoder(past, training=training)
            x, _, _ = self.decoder(future, initial_state=[state_h, state_c], training=training)
            return self.head(x)

    return Forecaster()


def torch_model():
    from torch import nn

    class Seq2Seq(nn.Module):
        def __init__(self, n_past=3, n_future=2, hidden=9):
            super().__init__()
            self.encoder = nn.LSTM(n_past, hidden, batch_first=True)
            self.decoder = nn.LSTM(n_future, hidden, batch_first=True)
            self.fc = nn.Linear(hidden, 1)

        def forward(self, past, future):
            _, (cell, hidden) = self.encoder(past)
            out, _ = self.decoder(future, (hidden, cell))
            return self.fc(out)

    return Seq2Seq()
