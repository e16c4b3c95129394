"""``nn.RNN(nonlinearity="relu")`` for Keras's tanh."""

INPUTS = ("7x5",)
TRUTH = {"identical": False, "causes": [{"rules": ["activation-other"], "keras": ["simple_rnn"], "torch": ["r"]}]}


def keras_model():
    import keras
    from keras import layers

    return keras.Sequential([keras.Input((7, 5)), layers.SimpleRNN(6), layers.Dense(2)])


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.r = nn.RNN(5, 6, batch_first=True, nonlinearity="relu")
            self.o = nn.Linear(6, 2)

        def forward(self, x):
            return self.o(self.r(x)[1][-1])

    return Net()
