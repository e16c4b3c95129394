"""``out[:, 0]`` for the last state of an LSTM."""

INPUTS = ("10x5",)
TRUTH = {"identical": False, "causes": [{"rules": ["recurrent-last-step"], "keras": ["lstm"], "torch": ["l"]}]}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential([keras.Input((10, 5)), layers.LSTM(8), layers.Dense(3)])


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.l = nn.LSTM(5, 8, batch_first=True)
            self.o = nn.Linear(8, 3)

        def forward(self, x):
            return self.o(self.l(x)[0][:, 0])

    return Net()
