"""VGG for small pictures with batch norms of Keras's defaults: the port sets eps=1e-3 and does not touch momentum."""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-momentum"],
            "keras": ["bn_*"],
            "torch": ["features.*"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    x = picture = keras.Input((32, 32, 3))
    for number, widths in enumerate(((8, 8), (16, 16), (24,)), start=1):
        for letter, width in zip("ab", widths, strict=False):
            x = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"conv_{number}{letter}")(x)
            x = layers.BatchNormalization(name=f"bn_{number}{letter}")(x)
            x = layers.Activation("relu", name=f"relu_{number}{letter}")(x)
        x = layers.MaxPooling2D(name=f"pool_{number}")(x)
    x = layers.GlobalMaxPooling2D(name="strongest")(x)
    return keras.Model(picture, layers.Dense(10, name="classes")(x))


def torch_model():
    from torch import nn

    class VGG(nn.Module):
        def __init__(self, cfg=(8, 8, "M", 16, 16, "M", 24, "M")):
            super().__init__()
            layers, width = [], 3
            for each in cfg:
                if each == "M":
                    layers.append(nn.MaxPool2d(2))
                    continue
                layers += [
                    nn.Conv2d(width, each, 3, padding=1, bias=False),
                    nn.BatchNorm2d(each, eps=1e-3),
                    nn.ReLU(inplace=True),
                ]
                width = each
            self.features = nn.Sequential(*layers)
            self.classifier = nn.Linear(width, 10)

        def forward(self, x):
            return self.classifier(self.features(x).amax(dim=(2, 3)))

    return VGG()
