"""Encoder of a VAE: (mean, deviation) in Keras, (deviation, mean) returned by the port."""

INPUTS = ("14",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["output-order"],
            "keras": ["", "mean", "deviation", "z_mean", "z_std"],
            "torch": ["", "mu", "sigma", "softplus"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((14,))
    x = layers.Dense(10, activation="gelu", name="hidden")(inputs)
    mean = layers.Dense(3, name="z_mean")(x)
    deviation = layers.Dense(3, activation="softplus", name="z_std")(x)
    return keras.Model(inputs, [mean, deviation])


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(14, 10)
            self.mu = nn.Linear(10, 3)
            self.sigma = nn.Linear(10, 3)

        def forward(self, x):
            h = F.gelu(self.hidden(x))
            return F.softplus(self.sigma(h)), self.mu(h)

    return Encoder()
