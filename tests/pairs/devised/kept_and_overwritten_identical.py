"""Features for a perceptual loss: the loop keeps convolutions, which in-place ReLUs overwrite afterwards."""

INPUTS = ("12x12x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    image = x = keras.Input((12, 12, 3))
    kept = []
    for stage, filters in enumerate((6, 8), 1):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"conv{stage}_1")(x)
        x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"conv{stage}_2")(x)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    return keras.Model(image, kept)


def torch_model():
    from torch import nn

    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            steps, channels = [], 3
            for filters in (6, 8):
                for _ in range(2):
                    steps += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU(inplace=True)]
                    channels = filters
                steps.append(nn.MaxPool2d(2))
            self.features = nn.Sequential(*steps)

        def forward(self, x):
            kept = []
            for number, layer in enumerate(self.features):
                x = layer(x)
                if number in (2, 7):
                    kept.append(x)
            return kept

    return Features()
