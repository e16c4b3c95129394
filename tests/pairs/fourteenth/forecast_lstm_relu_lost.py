"""Sales forecast with two stacked LSTMs, as in the tutorials with activation="relu"; nn.LSTM has no such switch, and
the port leaves its tanh.
"""

INPUTS = ("12x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["lstm_in", "lstm_in/*", "lstm_out", "lstm_out/*"],
            "torch": ["encoder", "encoder.*", "reader", "reader.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(name="forecast")
    model.add(keras.Input((12, 3)))
    model.add(layers.LSTM(12, activation="relu", return_sequences=True, name="lstm_in"))
    model.add(layers.LSTM(8, activation="relu", name="lstm_out"))
    model.add(layers.Dense(8, activation="relu", name="mix"))
    model.add(layers.Dense(1, name="sales"))
    return model


def torch_model():
    import torch
    from torch import nn

    class Forecaster(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.LSTM(3, 12, batch_first=True)
            self.reader = nn.LSTM(12, 8, batch_first=True)
            self.fc1 = nn.Linear(8, 8)
            self.fc2 = nn.Linear(8, 1)

        def forward(self, x):
            states, _ = self.encoder(x)
            _, (h_n, _) = self.reader(states)
            return self.fc2(torch.relu(self.fc1(h_n.squeeze(0))))

    return Forecaster()
