"""Two stacked LSTMs in encoder and decoder, teacher forcing for a small translation project; the PyTorch version keeps
each stack in one nn.LSTM and hands hidden and cell over.
"""

INPUTS = ("9:int32", "7:int32")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["recurrent-initial-state", "wiring-other"],
            "keras": ["decoder_lstm_1"],
            "torch": ["decoder", "decoder.rnn"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    source = keras.Input((9,), dtype="int32", name="source")
    x = layers.Embedding(30, 16, name="source_embedding")(source)
    x = layers.LSTM(24, return_sequences=True, name="encoder_lstm_1")(x)
    _, state_h, state_c = layers.LSTM(24, return_state=True, name="encoder_lstm_2")(x)
    encoder_states = [state_h, state_c]

    target = keras.Input((7,), dtype="int32", name="target")
    y = layers.Embedding(26, 16, name="target_embedding")(target)
    y = layers.LSTM(24, return_sequences=True, name="decoder_lstm_1")(y, initial_state=encoder_states)
    y = layers.LSTM(24, return_sequences=True, name="decoder_lstm_2")(y, initial_state=encoder_states)
    return keras.Model([source, target], layers.Dense(26, activation="softmax", name="vocabulary")(y))


def torch_model():
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(30, 16)
            self.rnn = nn.LSTM(16, 24, num_layers=2, batch_first=True)

        def forward(self, src):
            _, (hidden, cell) = self.rnn(self.embedding(src))
            return hidden, cell

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(26, 16)
            self.rnn = nn.LSTM(16, 24, num_layers=2, batch_first=True)
            self.fc_out = nn.Linear(24, 26)

        def forward(self, trg, hidden, cell):
            output, _ = self.rnn(self.embedding(trg), (hidden, cell))
            return self.fc_out(output)

    class Seq2Seq(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = Encoder()
            self.decoder = Decoder()

        def forward(self, src, trg):
            hidden, cell = self.encoder(src)
            return torch.softmax(self.decoder(trg, hidden, cell), dim=-1)

    return Seq2Seq()
