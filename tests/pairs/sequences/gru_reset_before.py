"""Old Keras weights: GRU with reset_after=False gives other states than nn.GRU.

keras-team/keras issue 15915, apple/coremltools issue 1124.
"""

INPUTS = ("9x5",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["gru-reset-before"], "keras": ["gru"], "torch": ["rnn"]}],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential([layers.Input((9, 5)), layers.GRU(7, reset_after=False), layers.Dense(3)])


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = nn.GRU(5, 7, batch_first=True)
            self.fc = nn.Linear(7, 3)

        def forward(self, x):
            _, h = self.rnn(x)
            return self.fc(h[-1])

    return Net()
