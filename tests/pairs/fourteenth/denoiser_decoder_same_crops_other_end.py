"""Denoising autoencoder with strided convolutions down and 3x3 transposed convolutions up: the encoder pads as Keras
does, the decoder has padding=1 and output_padding=1, which gives the right size.
"""

INPUTS = ("32x32x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["transpose-conv-same", "transpose-conv-output-padding"],
            "keras": ["up1", "up2"],
            "torch": ["decoder.0", "decoder.2"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    class Denoiser(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.down1 = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu", name="down1")
            self.down2 = layers.Conv2D(12, 3, strides=2, padding="same", activation="relu", name="down2")
            self.up1 = layers.Conv2DTranspose(12, 3, strides=2, padding="same", activation="relu", name="up1")
            self.up2 = layers.Conv2DTranspose(8, 3, strides=2, padding="same", activation="relu", name="up2")
            self.picture = layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="picture")

        def call(self, x):
            for layer in (self.down1, self.down2, self.up1, self.up2, self.picture):
                x = layer(x)
            return x

    model = Denoiser()
    model(keras.ops.zeros((1, 32, 32, 1)))
    return model


def torch_model():
    from torch import nn

    class Denoiser(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Sequential(
                nn.ZeroPad2d((0, 1, 0, 1)),
                nn.Conv2d(1, 8, 3, stride=2),
                nn.ReLU(),
                nn.ZeroPad2d((0, 1, 0, 1)),
                nn.Conv2d(8, 12, 3, stride=2),
                nn.ReLU(),
            )
            self.decoder = nn.Sequential(
                nn.ConvTranspose2d(12, 12, 3, stride=2, padding=1, output_padding=1),
                nn.ReLU(),
                nn.ConvTranspose2d(12, 8, 3, stride=2, padding=1, output_padding=1),
                nn.ReLU(),
                nn.Conv2d(8, 1, 3, padding=1),
                nn.Sigmoid(),
            )

        def forward(self, x):
            return self.decoder(self.encoder(x))

    return Denoiser()
