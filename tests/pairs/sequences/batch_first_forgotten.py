"""The forecaster trains, but predictions of one series depend on the others in the batch: batch_first is missing.

discuss.pytorch.org topic 61598 contains this port.
"""

INPUTS = ("10x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["recurrent-batch-first"], "keras": ["lstm"], "torch": ["lstm"]}],
}


def keras_model():
    from keras import Sequential, layers

    model = Sequential()
    model.add(layers.Input((10, 3)))
    model.add(layers.LSTM(8, return_sequences=True))
    model.add(layers.TimeDistributed(layers.Dense(1)))
    return model


def torch_model():
    from torch import nn

    class Forecaster(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(3, 8)
            self.linear = nn.Linear(8, 1)

        def forward(self, x):
            out, _ = self.lstm(x)
            return self.linear(out)

    return Forecaster()
