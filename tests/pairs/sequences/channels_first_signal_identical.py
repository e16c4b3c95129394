"""A 1D network whose PyTorch side takes (batch, time, channels) and turns it, batch norm and pooling included."""

INPUTS = ("24x3",)
TRUTH = {"identical": True}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((24, 3)),
            layers.Conv1D(6, 5, padding="same"),
            layers.BatchNormalization(epsilon=1e-5, momentum=0.9),
            layers.ReLU(),
            layers.MaxPooling1D(2),
            layers.SimpleRNN(5, return_sequences=True),
            layers.GlobalAveragePooling1D(),
            layers.Dense(2),
        ]
    )


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Sequential(nn.Conv1d(3, 6, 5, padding=2), nn.BatchNorm1d(6), nn.ReLU(), nn.MaxPool1d(2))
            self.rnn = nn.RNN(6, 5, batch_first=True)
            self.head = nn.Linear(5, 2)

        def forward(self, signal):
            x = self.conv(signal.transpose(1, 2)).transpose(1, 2)
            out, _ = self.rnn(x)
            return self.head(out.mean(dim=1))

    return Net()
