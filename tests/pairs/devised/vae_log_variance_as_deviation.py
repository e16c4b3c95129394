"""Variational autoencoder whose port takes the logarithm of the variance for that of the deviation."""

INPUTS = ["12"]
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["scale-other"], "keras": ["sampled", "sampled.*"], "torch": ["exp*", "mul*", "add*", ""]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Sampling(layers.Layer):
        def call(self, inputs):
            mean, log_variance = inputs
            return mean + ops.exp(0.5 * log_variance) * keras.random.normal(ops.shape(mean))

    inputs = keras.Input((12,), name="features")
    x = layers.Dense(16, activation="relu", name="encoder")(inputs)
    mean = layers.Dense(4, name="mean")(x)
    log_variance = layers.Dense(4, name="log_variance")(x)
    x = Sampling(name="sampled")([mean, log_variance])
    x = layers.Dense(16, activation="relu", name="decoder")(x)
    return keras.Model(inputs, [layers.Dense(12, activation="sigmoid", name="pixels")(x), mean, log_variance])


def torch_model():
    import torch
    from torch import nn

    class Autoencoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder = nn.Linear(12, 16), nn.Linear(4, 16)
            self.mu, self.logvar, self.pixels = nn.Linear(16, 4), nn.Linear(16, 4), nn.Linear(16, 12)

        def forward(self, x):
            h = torch.relu(self.encoder(x))
            mu, logvar = self.mu(h), self.logvar(h)
            z = mu + torch.exp(logvar) * torch.randn_like(mu)
            return torch.sigmoid(self.pixels(torch.relu(self.decoder(z)))), mu, logvar

    return Autoencoder()
