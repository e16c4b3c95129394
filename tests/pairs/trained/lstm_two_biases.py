"""An LSTM in both: PyTorch trains two biases where Keras has one, so their sum moves twice as far."""

INPUTS = ["7x3"]
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["recurrent-two-biases"], "keras": ["optimizer"], "torch": ["optimizer"]}],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((7, 3)), layers.LSTM(5), layers.Dense(2)])
    return model, keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(3, 5, batch_first=True)
            self.head = nn.Linear(5, 2)

        def forward(self, x):
            return self.head(self.lstm(x)[1][0][-1])

    model = Net()
    return model, torch.optim.SGD(model.parameters(), 0.1), nn.CrossEntropyLoss()
