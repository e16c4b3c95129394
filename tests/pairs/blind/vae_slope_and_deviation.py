"""Convolutional VAE with given noise: PyTorch has LeakyReLU's own slope, and takes exp(logvar) for the deviation."""

INPUTS = ("16x16x3", "5")
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["leaky-slope", "activation-parameter"], "keras": ["enc*_leaky", "enc*_bn"], "torch": ["encoder*"]},
        {
            "rules": ["scale-other", "activation-other"],
            "keras": ["sampling", "z_log_var", "to_map"],
            "torch": ["fc_var", "decoder_input", "reparameterize*", "exp*", "mul*", "add*", ""],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Sampling(layers.Layer):
        def call(self, inputs):
            mean, log_var, noise = inputs
            return mean + ops.exp(0.5 * log_var) * noise

    image = keras.Input((16, 16, 3), name="image")
    noise = keras.Input((5,), name="noise")
    x = image
    for i, width in enumerate((8, 12)):
        x = layers.ZeroPadding2D(1, name=f"enc{i}_pad")(x)
        x = layers.Conv2D(width, 3, strides=2, name=f"enc{i}_conv")(x)
        x = layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name=f"enc{i}_bn")(x)
        x = layers.LeakyReLU(negative_slope=0.2, name=f"enc{i}_leaky")(x)
    x = layers.Permute((3, 1, 2), name="channels_first")(x)
    x = layers.Flatten(name="flatten")(x)
    mean = layers.Dense(5, name="z_mean")(x)
    log_var = layers.Dense(5, name="z_log_var")(x)
    z = Sampling(name="sampling")([mean, log_var, noise])
    x = layers.Dense(4 * 4 * 12, activation="relu", name="to_map")(z)
    x = layers.Reshape((12, 4, 4), name="map")(x)
    x = layers.Permute((2, 3, 1), name="channels_last")(x)
    x = layers.Conv2DTranspose(8, 4, strides=2, padding="same", activation="relu", name="dec0")(x)
    x = layers.Conv2DTranspose(3, 4, strides=2, padding="same", activation="sigmoid", name="dec1")(x)
    return keras.Model([image, noise], [x, mean, log_var])


def torch_model():
    import torch
    from torch import nn

    class VanillaVAE(nn.Module):
        def __init__(self, latent_dim=5, hidden_dims=(8, 12)):
            super().__init__()
            modules, in_channels = [], 3
            for h_dim in hidden_dims:
                modules.append(
                    nn.Sequential(
                        nn.Conv2d(in_channels, h_dim, kernel_size=3, stride=2, padding=1),
                        nn.BatchNorm2d(h_dim),
                        nn.LeakyReLU(),
                    )
                )
                in_channels = h_dim
            self.encoder = nn.Sequential(*modules)
            self.fc_mu = nn.Linear(12 * 16, latent_dim)
            self.fc_var = nn.Linear(12 * 16, latent_dim)
            self.decoder_input = nn.Sequential(nn.Linear(latent_dim, 12 * 16), nn.ReLU())
            self.decoder = nn.Sequential(
                nn.ConvTranspose2d(12, 8, 4, stride=2, padding=1),
                nn.ReLU(),
                nn.ConvTranspose2d(8, 3, 4, stride=2, padding=1),
                nn.Sigmoid(),
            )

        def encode(self, x):
            result = torch.flatten(self.encoder(x), start_dim=1)
            return self.fc_mu(result), self.fc_var(result)

        def reparameterize(self, mu, logvar, eps):
            return eps * torch.exp(logvar) + mu

        def decode(self, z):
            return self.decoder(self.decoder_input(z).view(-1, 12, 4, 4))

        def forward(self, x, eps):
            mu, log_var = self.encode(x)
            return self.decode(self.reparameterize(mu, log_var, eps)), mu, log_var

    return VanillaVAE()
