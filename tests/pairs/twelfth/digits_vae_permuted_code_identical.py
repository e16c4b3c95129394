"""Variational autoencoder of digits: uneven padding written out, pixels reordered before the flattening and after the
first dense layer of the decoder, sampling in training only; three outputs.
"""

INPUTS = ("16x16x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Sampling(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.seed_generator = keras.random.SeedGenerator(7)

        def call(self, mean, log_var, training=False):
            if not training:
                return mean
            noise = keras.random.normal(ops.shape(mean), dtype=mean.dtype, seed=self.seed_generator)
            return mean + ops.exp(0.5 * log_var) * noise

    image = keras.Input((16, 16, 1), name="digit")
    x = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu", name="enc_conv_1")(image)
    x = layers.Conv2D(12, 3, strides=2, padding="same", activation="relu", name="enc_conv_2")(x)
    x = layers.Flatten(name="enc_flat")(x)
    x = layers.Dense(20, activation="relu", name="enc_dense")(x)
    mean = layers.Dense(4, name="z_mean")(x)
    log_var = layers.Dense(4, name="z_log_var")(x)
    z = Sampling(name="z")(mean, log_var)
    y = layers.Dense(4 * 4 * 12, activation="relu", name="dec_dense")(z)
    y = layers.Reshape((4, 4, 12), name="dec_shape")(y)
    y = layers.Conv2DTranspose(10, 4, strides=2, padding="same", activation="relu", name="dec_up_1")(y)
    y = layers.Conv2DTranspose(8, 4, strides=2, padding="same", activation="relu", name="dec_up_2")(y)
    y = layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="dec_pixels")(y)
    return keras.Model(image, [y, mean, log_var], name="vae")


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class DownSame(nn.Conv2d):
        """Three by three, stride two, the odd pixel at the end."""

        def __init__(self, c_in, c_out):
            super().__init__(c_in, c_out, kernel_size=3, stride=2)

        def forward(self, x):
            return super().forward(F.pad(x, [0, 1, 0, 1]))

    class VAE(nn.Module):
        def __init__(self, latent_dim=4):
            super().__init__()
            self.conv1, self.conv2 = DownSame(1, 8), DownSame(8, 12)
            self.fc = nn.Linear(192, 20)
            self.mu, self.logvar = nn.Linear(20, latent_dim), nn.Linear(20, latent_dim)
            self.fc_dec = nn.Linear(latent_dim, 192)
            self.decoder = nn.Sequential(
                nn.ConvTranspose2d(12, 10, 4, 2, 1),
                nn.ReLU(),
                nn.ConvTranspose2d(10, 8, 4, 2, 1),
                nn.ReLU(),
                nn.Conv2d(8, 1, 3, padding=1),
                nn.Sigmoid(),
            )

        def encode(self, x):
            h = F.relu(self.conv2(F.relu(self.conv1(x))))
            h = F.relu(self.fc(h.permute(0, 2, 3, 1).flatten(1)))
            return self.mu(h), self.logvar(h)

        def reparameterize(self, mu, logvar):
            if self.training:
                return mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
            return mu

        def decode(self, z):
            h = F.relu(self.fc_dec(z)).unflatten(1, (4, 4, 12))
            return self.decoder(h.movedim(3, 1))

        def forward(self, x):
            mu, logvar = self.encode(x)
            return self.decode(self.reparameterize(mu, logvar)), mu, logvar

    return VAE()
