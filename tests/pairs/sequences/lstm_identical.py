"""Stacked LSTM sentiment model, last step of a one-directional layer: out[:, -1] is right here."""

INPUTS = ("11:int32",)
TRUTH = {"identical": True}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((11,), dtype="int32"),
            layers.Embedding(20, 8),
            layers.LSTM(6, return_sequences=True),
            layers.Dropout(0.2),
            layers.LSTM(6),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def torch_model():
    import torch
    from torch import nn

    class Sentiment(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(20, 8)
            self.encoder = nn.LSTM(8, 6, num_layers=2, dropout=0.2, batch_first=True)
            self.decoder = nn.Linear(6, 1)

        def forward(self, x):
            out, _ = self.encoder(self.embed(x))
            return torch.sigmoid(self.decoder(out[:, -1]))

    return Sentiment()
