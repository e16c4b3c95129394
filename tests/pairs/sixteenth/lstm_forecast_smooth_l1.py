"""Forecast of a load curve with two LSTMs; both versions are trained with the robust loss at one half, but the loss of
the PyTorch run is always larger and it reacts to other learning rates.
"""

TRAINS = True
INPUTS = ("24x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["loss-huber", "loss-factor"],
            "keras": ["loss"],
            "torch": ["loss"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    window = keras.Input((24, 3), name="window")
    x = layers.LSTM(20, return_sequences=True, name="lstm_1")(window)
    x = layers.Dropout(0.2, name="drop")(x)
    x = layers.LSTM(16, name="lstm_2")(x)
    x = layers.Dense(16, activation="relu", name="hidden")(x)
    model = keras.Model(window, layers.Dense(6, name="horizon")(x))
    return model, keras.optimizers.Adam(1e-3, epsilon=1e-7), keras.losses.Huber(delta=0.5)


def torch_model():
    import torch
    from torch import nn

    class LoadForecaster(nn.Module):
        def __init__(self, features=3, horizon=6):
            super().__init__()
            self.rnn1 = nn.LSTM(features, 20, batch_first=True)
            self.rnn2 = nn.LSTM(20, 16, batch_first=True)
            self.dropout = nn.Dropout(p=0.2)
            self.head = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, horizon))

        def forward(self, x):
            out, _ = self.rnn1(x)
            _, (h_n, _) = self.rnn2(self.dropout(out))
            return self.head(h_n[-1])

    model = LoadForecaster()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7)
    return model, optimizer, nn.SmoothL1Loss(beta=0.5)
