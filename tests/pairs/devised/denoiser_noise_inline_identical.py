"""Denoising autoencoder: a layer makes the noise in Keras, a line of the forward pass in PyTorch."""

INPUTS = ["12"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((12,), name="clean")
    x = layers.GaussianNoise(0.3, name="noise")(inputs)
    x = layers.Dense(16, activation="relu", name="encoder")(x)
    return keras.Model(inputs, layers.Dense(12, name="decoder")(x))


def torch_model():
    import torch
    from torch import nn

    class Denoiser(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder = nn.Linear(12, 16), nn.Linear(16, 12)

        def forward(self, x):
            if self.training:
                x = x + 0.3 * torch.randn(x.shape, dtype=x.dtype, device=x.device)
            return self.decoder(torch.relu(self.encoder(x)))

    return Denoiser()
