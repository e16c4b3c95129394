"""Decoder of a VAE: a linear map, unflattened to small maps with channels first on both sides, transposed convolutions
with batch norm, one doubling by nearest neighbours and a sigmoid.
"""

INPUTS = ("10",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    class Upscale(layers.Layer):
        def __init__(self, filters, **kwargs):
            super().__init__(**kwargs)
            self.conv = layers.Conv2DTranspose(filters, 4, strides=2, padding="same", use_bias=False, name="conv")
            self.bn = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="bn")

        def call(self, x, training=None):
            return keras.activations.relu(self.bn(self.conv(x), training=training))

    return keras.Sequential(
        [
            keras.Input((10,), name="z"),
            layers.Dense(16 * 4 * 4, activation="relu", name="project"),
            layers.Reshape((16, 4, 4), name="maps"),
            layers.Permute((2, 3, 1), name="channels_last"),
            Upscale(12, name="up_1"),
            Upscale(8, name="up_2"),
            layers.UpSampling2D(2, interpolation="nearest", name="double"),
            layers.Conv2D(6, 3, padding="same", activation="relu", name="smooth"),
            layers.Conv2D(3, 3, padding="same", activation="sigmoid", name="picture"),
        ],
        name="decoder",
    )


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Decoder(nn.Module):
        def __init__(self, latent=10):
            super().__init__()
            self.fc = nn.Linear(latent, 256)
            self.deconv1 = nn.ConvTranspose2d(16, 12, kernel_size=4, stride=2, padding=1, bias=False)
            self.deconv2 = nn.ConvTranspose2d(12, 8, kernel_size=4, stride=2, padding=1, bias=False)
            self.bn1, self.bn2 = nn.BatchNorm2d(12), nn.BatchNorm2d(8)
            self.head = nn.Sequential(nn.Conv2d(8, 6, 3, padding=1), nn.ReLU(True), nn.Conv2d(6, 3, 3, padding=1))

        def forward(self, z):
            x = F.relu(self.fc(z)).view(-1, 16, 4, 4)
            x = F.relu(self.bn1(self.deconv1(x)))
            x = F.relu(self.bn2(self.deconv2(x)))
            return torch.sigmoid(self.head(F.interpolate(x, scale_factor=2, mode="nearest")))

    return Decoder()
