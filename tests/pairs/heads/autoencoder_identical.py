"""Dense autoencoder: one long Sequential in Keras, encoder and decoder attributes in PyTorch, tuple of outputs."""

INPUTS = ("20",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((20,))
    encoder = keras.Sequential([layers.Dense(12, activation="relu"), layers.Dense(4)], name="encoder")
    decoder = keras.Sequential(
        [layers.Dense(12, activation="relu"), layers.Dense(20, activation="sigmoid")], name="decoder"
    )
    code = encoder(inputs)
    return keras.Model(inputs, [decoder(code), code])


def torch_model():
    from torch import nn

    class AutoEncoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Sequential(nn.Linear(20, 12), nn.ReLU(True), nn.Linear(12, 4))
            self.decoder = nn.Sequential(nn.Linear(4, 12), nn.ReLU(True), nn.Linear(12, 20), nn.Sigmoid())

        def forward(self, x):
            z = self.encoder(x)
            return self.decoder(z), z

    return AutoEncoder()
