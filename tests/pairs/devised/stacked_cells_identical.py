"""StackedRNNCells in Keras, two LSTMs one behind the other in PyTorch."""

INPUTS = ("7x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((7, 3))
    y = layers.RNN(layers.StackedRNNCells([layers.LSTMCell(5), layers.LSTMCell(4)]), name="s")(x)
    return keras.Model(x, layers.Dense(2)(y))


def torch_model():
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.LSTM(3, 5, batch_first=True), nn.LSTM(5, 4, batch_first=True)
            self.head = nn.Linear(4, 2)

        def forward(self, x):
            return self.head(self.b(self.a(x)[0])[0][:, -1])

    return Net()
