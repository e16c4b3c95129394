"""DeepConvLSTM on sensor data: after the port from Keras accuracy drops; I use ``x.view(B, T, C)`` before the LSTM."""

INPUTS = ("24x6",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "permute-axes"],
            "keras": ["lstm1", "conv3", "drop"],
            "torch": ["view*", "contiguous*", "lstm", ""],
        }
    ],
}


def keras_model():
    from keras import Sequential
    from keras.layers import LSTM, Conv1D, Dense, Dropout, Input

    return Sequential(
        [
            Input(shape=(24, 6)),
            Conv1D(filters=12, kernel_size=5, activation="relu", name="conv1"),
            Conv1D(filters=12, kernel_size=5, activation="relu", name="conv2"),
            Conv1D(filters=8, kernel_size=5, activation="relu", name="conv3"),
            Dropout(0.5, name="drop"),
            LSTM(10, return_sequences=True, name="lstm1"),
            LSTM(10, name="lstm2"),
            Dense(6, activation="softmax", name="activity"),
        ]
    )


def torch_model():
    from torch import nn
    from torch.nn import functional as F

    class DeepConvLSTM(nn.Module):
        def __init__(self, n_channels=6, n_classes=6, n_hidden=10):
            super().__init__()
            self.conv1 = nn.Conv1d(n_channels, 12, 5)
            self.conv2 = nn.Conv1d(12, 12, 5)
            self.conv3 = nn.Conv1d(12, 8, 5)
            self.dropout = nn.Dropout(0.5)
            self.lstm = nn.LSTM(8, n_hidden, num_layers=2, batch_first=True)
            self.fc = nn.Linear(n_hidden, n_classes)

        def forward(self, x):  # batch, channels, time
            for conv in (self.conv1, self.conv2, self.conv3):
                x = F.relu(conv(x))
            x = self.dropout(x)
            x = x.contiguous().view(x.size(0), -1, 8)
            x, _ = self.lstm(x)
            return F.softmax(self.fc(x[:, -1]), dim=-1)

    return DeepConvLSTM()
