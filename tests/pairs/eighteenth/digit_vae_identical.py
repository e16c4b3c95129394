"""Variational autoencoder for digits that returns picture, mean and log variance; in PyTorch the pixels are brought
into the order of Keras before they are flattened, and behind the first layer of the decoder back again.
"""

INPUTS = ("28x28x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Sampling(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.seeds = keras.random.SeedGenerator(7)

        def call(self, mean, log_var, training=None):
            if not training:
                return mean
            noise = keras.random.normal(ops.shape(mean), seed=self.seeds, dtype=mean.dtype)
            return mean + ops.exp(0.5 * log_var) * noise

    image = keras.Input((28, 28, 1))
    x = layers.ZeroPadding2D(((0, 1), (0, 1)))(image)
    x = layers.Conv2D(8, 3, strides=2, activation="relu", name="enc1")(x)
    x = layers.Conv2D(12, 3, strides=2, padding="same", activation="relu", name="enc2")(x)
    x = layers.Dense(16, activation="relu", name="enc3")(layers.Flatten()(x))
    z_mean = layers.Dense(4, name="z_mean")(x)
    z_log_var = layers.Dense(4, name="z_log_var")(x)
    z = Sampling(name="z")(z_mean, z_log_var)
    y = layers.Dense(7 * 7 * 12, activation="relu", name="dec1")(z)
    y = layers.Reshape((7, 7, 12))(y)
    y = layers.Conv2DTranspose(12, 3, strides=2, padding="same", activation="relu", name="dec2")(y)
    y = layers.Conv2DTranspose(8, 3, strides=2, padding="same", activation="relu", name="dec3")(y)
    y = layers.Conv2DTranspose(1, 3, padding="same", activation="sigmoid", name="pixels")(y)
    return keras.Model(image, [y, z_mean, z_log_var])


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class UpConv(nn.Module):
        def __init__(self, cin, cout):
            super().__init__()
            self.deconv = nn.ConvTranspose2d(cin, cout, 3, stride=2)

        def forward(self, x):
            height, width = x.shape[-2:]
            return torch.relu(self.deconv(x)[:, :, : 2 * height, : 2 * width])

    class Vae(nn.Module):
        def __init__(self, latent=4):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 8, 3, stride=2)
            self.conv2 = nn.Conv2d(8, 12, 3, stride=2)
            self.fc = nn.Linear(7 * 7 * 12, 16)
            self.heads = nn.ModuleDict({"mu": nn.Linear(16, latent), "logvar": nn.Linear(16, latent)})
            self.expand = nn.Linear(latent, 7 * 7 * 12)
            self.up = nn.Sequential(UpConv(12, 12), UpConv(12, 8), nn.ConvTranspose2d(8, 1, 3, padding=1), nn.Sigmoid())

        def encode(self, x):
            h = F.relu(self.conv1(F.pad(x, (0, 1, 0, 1))))
            h = F.relu(self.conv2(F.pad(h, (0, 1, 0, 1))))
            h = F.relu(self.fc(h.movedim(1, -1).flatten(1)))
            return self.heads["mu"](h), self.heads["logvar"](h)

        def reparameterize(self, mu, logvar):
            if not self.training:
                return mu
            std = torch.exp(0.5 * logvar)
            return mu + std * torch.randn_like(std)

        def forward(self, x):
            mu, logvar = self.encode(x)
            h = F.relu(self.expand(self.reparameterize(mu, logvar)))
            return self.up(h.unflatten(1, (7, 7, 12)).movedim(-1, 1)), mu, logvar

    return Vae()
