"""Weather station, 14 hours of 5 readings, the newest first for the LSTM. Validation loss in PyTorch is that of
guessing, and depends on the batch size.
"""

INPUTS = ("14x5",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            # flip(0) turns the batch, the hours were axis 1
            "rules": ["recurrent-backwards-order", "recurrent-batch-first", "reshape-order", "wiring-other"],
            "keras": ["newest_first", "lstm"],
            "torch": ["flip*", "lstm", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class NewestFirst(layers.Layer):
        def call(self, hours):
            return ops.flip(hours, axis=1)

    return keras.Sequential(
        [
            keras.Input((14, 5)),
            layers.Dense(10, activation="tanh", name="readings"),
            NewestFirst(name="newest_first"),
            layers.LSTM(12, name="lstm"),
            layers.Dense(8, activation="relu", name="hidden"),
            layers.Dense(2, name="temperature_and_wind"),
        ]
    )


def torch_model():
    import torch
    from torch import nn

    class Weather(nn.Module):
        def __init__(self):
            super().__init__()
            self.inp = nn.Linear(5, 10)
            self.lstm = nn.LSTM(10, 12, batch_first=True)
            self.fc = nn.Sequential(nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, 2))

        def forward(self, x):
            x = torch.tanh(self.inp(x)).flip(0)
            out, (h, c) = self.lstm(x)
            return self.fc(h[-1])

    return Weather()
