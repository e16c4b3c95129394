"""Convolutional autoencoder for digits with binary cross-entropy on the pixels; Keras reports a loss of 0.7 at the
start and PyTorch one of several hundred, which does not train with the same learning rate.
"""

INPUTS = ("28x28x1",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["loss-reduction", "loss-sum-reduction", "loss-factor"],
            "keras": ["loss"],
            "torch": ["loss"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    encoder = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(8, 3, padding="same", activation="relu", name="enc1"),
            layers.MaxPooling2D(2),
            layers.Conv2D(4, 3, padding="same", activation="relu", name="enc2"),
            layers.MaxPooling2D(2),
        ],
        name="encoder",
    )
    decoder = keras.Sequential(
        [
            keras.Input((7, 7, 4)),
            layers.Conv2DTranspose(8, 2, strides=2, activation="relu", name="dec1"),
            layers.Conv2DTranspose(8, 2, strides=2, activation="relu", name="dec2"),
            layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="pixels"),
        ],
        name="decoder",
    )
    image = keras.Input((28, 28, 1))
    autoencoder = keras.Model(image, decoder(encoder(image)))
    autoencoder.compile(optimizer=keras.optimizers.SGD(0.02, momentum=0.9), loss="binary_crossentropy")
    return autoencoder


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class ConvAutoencoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
            self.conv2 = nn.Conv2d(8, 4, 3, padding=1)
            self.t_conv1 = nn.ConvTranspose2d(4, 8, 2, stride=2)
            self.t_conv2 = nn.ConvTranspose2d(8, 8, 2, stride=2)
            self.out = nn.Conv2d(8, 1, 3, padding=1)

        def encode(self, x):
            x = F.max_pool2d(F.relu(self.conv1(x)), 2)
            return F.max_pool2d(F.relu(self.conv2(x)), 2)

        def decode(self, z):
            z = F.relu(self.t_conv2(F.relu(self.t_conv1(z))))
            return torch.sigmoid(self.out(z))

        def forward(self, x):
            return self.decode(self.encode(x))

    def loss_function(recon_x, x):
        return F.binary_cross_entropy(recon_x, x, reduction="sum") / x.size(0)

    model = ConvAutoencoder()
    return model, torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9), loss_function


def training_data():
    import numpy as np

    images = np.random.default_rng(5).uniform(size=(8, 28, 28, 1)).astype("float32")
    return images, images
