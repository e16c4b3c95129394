"""Autoencoder for card fraud, twenty columns down to four and back, mean squared error; encoder and decoder are two
modules in PyTorch, one model in Keras.
"""

INPUTS = ("20",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["optimizer-left-out"], "keras": ["optimizer"], "torch": ["optimizer"]}],
}


def keras_model():
    import keras
    from keras import layers

    row = keras.Input((20,))
    x = layers.Dense(12, activation="tanh", name="squeeze")(row)
    code = layers.Dense(4, activation="relu", name="code")(x)
    x = layers.Dense(12, activation="tanh", name="widen")(code)
    model = keras.Model(row, layers.Dense(20, name="rebuilt")(x))
    return model, keras.optimizers.SGD(learning_rate=0.05, momentum=0.9), keras.losses.MeanSquaredError()


def torch_model():
    import torch
    from torch import nn

    class Autoencoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Sequential(nn.Linear(20, 12), nn.Tanh(), nn.Linear(12, 4), nn.ReLU())
            self.decoder = nn.Sequential(nn.Linear(4, 12), nn.Tanh(), nn.Linear(12, 20))

        def forward(self, x):
            return self.decoder(self.encoder(x))

    model = Autoencoder()
    optimizer = torch.optim.SGD(model.encoder.parameters(), lr=0.05, momentum=0.9)
    return model, optimizer, nn.MSELoss()
