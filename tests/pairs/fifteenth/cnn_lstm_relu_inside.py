"""Convolutions on sub-sequences, an LSTM over them, one number out: the usual recipe for a univariate forecast, with
activation="relu" on the LSTM. The port applies the ReLU to what the LSTM returns.
"""

INPUTS = ("32x2",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["lstm"],
            "torch": ["lstm", "relu*"],
        }
    ],
}


def keras_model():
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((32, 2)),
            layers.Reshape((4, 8, 2), name="subsequences"),
            layers.TimeDistributed(layers.Conv1D(12, 3, activation="relu"), name="conv"),
            layers.TimeDistributed(layers.MaxPooling1D(2), name="pool"),
            layers.TimeDistributed(layers.Flatten(), name="flatten"),
            layers.LSTM(14, activation="relu", name="lstm"),
            layers.Dense(10, activation="relu", name="hidden"),
            layers.Dense(1, name="forecast"),
        ]
    )


def torch_model():
    import torch
    from torch import nn

    class CNNLSTM(nn.Module):
        def __init__(self):
            super().__init__()
            self.cnn = nn.Sequential(nn.Conv1d(2, 12, 3), nn.ReLU(), nn.MaxPool1d(2))
            self.lstm = nn.LSTM(36, 14, batch_first=True)
            self.fc1 = nn.Linear(14, 10)
            self.fc2 = nn.Linear(10, 1)

        def forward(self, x):
            batch = x.size(0)
            x = x.reshape(batch * 4, 8, 2).transpose(1, 2)
            x = self.cnn(x).transpose(1, 2).reshape(batch, 4, -1)
            x, _ = self.lstm(x)
            x = torch.relu(x[:, -1])
            return self.fc2(torch.relu(self.fc1(x)))

    return CNNLSTM()
