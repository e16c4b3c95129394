"""MLP autoencoder on 6 by 6 digits, flattened. The PyTorch loss is that of the VAE example: BCE summed over everything.
With the learning rate of the Keras model it jumps about.
"""

INPUTS = ("36",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["loss-reduction", "loss-sum-reduction"], "keras": ["loss"], "torch": ["loss"]}],
}


def keras_model():
    import keras
    from keras import layers

    pixels = keras.Input((36,))
    x = layers.Dense(20, activation="relu", name="encode_1")(pixels)
    code = layers.Dense(6, activation="tanh", name="code")(x)
    x = layers.Dense(20, activation="relu", name="decode_1")(code)
    model = keras.Model(pixels, layers.Dense(36, activation="sigmoid", name="pixels")(x))
    model.compile(optimizer=keras.optimizers.SGD(0.00390625, momentum=0.5), loss="binary_crossentropy")
    return model


def torch_model():
    import torch
    from torch import nn

    class AutoEncoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Sequential(nn.Linear(36, 20), nn.ReLU(True), nn.Linear(20, 6), nn.Tanh())
            self.decoder = nn.Sequential(nn.Linear(6, 20), nn.ReLU(True), nn.Linear(20, 36), nn.Sigmoid())

        def forward(self, x):
            return self.decoder(self.encoder(x))

    model = AutoEncoder()
    criterion = nn.BCELoss(reduction="sum")
    return model, torch.optim.SGD(model.parameters(), lr=0.00390625, momentum=0.5), criterion


def training_data():
    import numpy as np

    digits = np.random.default_rng(7).uniform(size=(24, 36)).astype("float32")
    return digits, digits
