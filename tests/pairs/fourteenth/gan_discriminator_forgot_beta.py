"""DCGAN discriminator: losses and gradients of the first batch agree with Keras, afterwards the PyTorch one trembles
and the generator collapses.
"""

INPUTS = ("16x16x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["optimizer-betas"],
            "keras": ["optimizer"],
            "torch": ["optimizer"],
        }
    ],
}
TRAINS = True


def training_data():
    import numpy as np

    random = np.random.default_rng(3)
    x = np.tanh(random.normal(size=(32, 16, 16, 1))).astype("float32")
    return x, random.integers(0, 2, (32, 1)).astype("float32")


def keras_model():
    import keras
    from keras import layers

    discriminator = keras.Sequential(
        [
            keras.Input((16, 16, 1)),
            layers.Conv2D(8, 4, strides=2, padding="same", name="down_1"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2D(16, 4, strides=2, padding="same", name="down_2"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2D(1, 4, name="real"),
            layers.Flatten(),
        ]
    )
    optimizer = keras.optimizers.Adam(learning_rate=2e-4, beta_1=0.5, beta_2=0.999, epsilon=1e-8)
    return discriminator, optimizer, keras.losses.BinaryCrossentropy(from_logits=True)


def torch_model():
    import torch
    from torch import nn

    class Discriminator(nn.Module):
        def __init__(self, ndf=8):
            super().__init__()
            self.main = nn.Sequential(
                nn.Conv2d(1, ndf, 4, 2, 1),
                nn.LeakyReLU(0.2),
                nn.Conv2d(ndf, ndf * 2, 4, 2, 1),
                nn.LeakyReLU(0.2),
                nn.Conv2d(ndf * 2, 1, 4),
                nn.Flatten(),
            )

        def forward(self, x):
            return self.main(x)

    netD = Discriminator()
    return netD, torch.optim.Adam(netD.parameters(), lr=2e-4), nn.BCEWithLogitsLoss()
