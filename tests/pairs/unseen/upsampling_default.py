"""Autoencoder decoder: UpSampling2D repeats pixels, nn.Upsample(mode="bilinear") smooths them."""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            # nearest against bilinear, no rule of its own
            "rules": ["resize-nearest", "resize-align-corners"],
            "keras": ["up_sampling2d_1"],
            "torch": ["decoder.up2"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    encoder = keras.Sequential(
        [
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2, padding="same"),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2, padding="same"),
        ],
        name="encoder",
    )
    image = keras.Input((16, 16, 3))
    x = encoder(image)
    x = layers.Conv2D(4, 3, padding="same", activation="relu")(x)
    x = layers.UpSampling2D((2, 2))(x)
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(x)
    x = layers.UpSampling2D((2, 2))(x)
    return keras.Model(image, layers.Conv2D(3, 3, padding="same", activation="sigmoid")(x))


def torch_model():
    from collections import OrderedDict

    from torch import nn

    class ConvAutoencoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Sequential(
                nn.Conv2d(3, 8, 3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(2),
                nn.Conv2d(8, 4, 3, padding=1),
                nn.ReLU(),
                nn.MaxPool2d(2),
            )
            self.decoder = nn.Sequential(
                OrderedDict(
                    [
                        ("conv1", nn.Conv2d(4, 4, 3, padding=1)),
                        ("relu1", nn.ReLU()),
                        ("up1", nn.Upsample(scale_factor=2)),
                        ("conv2", nn.Conv2d(4, 8, 3, padding=1)),
                        ("relu2", nn.ReLU()),
                        ("up2", nn.Upsample(scale_factor=2, mode="bilinear")),
                        ("conv3", nn.Conv2d(8, 3, 3, padding=1)),
                        ("sigmoid", nn.Sigmoid()),
                    ]
                )
            )

        def forward(self, x):
            return self.decoder(self.encoder(x))

    return ConvAutoencoder()
