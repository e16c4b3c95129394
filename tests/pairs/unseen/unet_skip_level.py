"""U-Net with UpSampling2D: my skip goes from the second convolution, the port keeps the first one's output."""

INPUTS = ("16x16x2",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other"],
            "keras": ["concatenate", "dec"],
            "torch": ["cat", "dec"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((16, 16, 2))
    a = layers.Conv2D(6, 3, padding="same", activation="relu", name="enc_a")(inputs)
    b = layers.Conv2D(6, 3, padding="same", activation="relu", name="enc_b")(a)
    x = layers.MaxPooling2D(2)(b)
    x = layers.Conv2D(12, 3, padding="same", activation="relu", name="mid")(x)
    x = layers.UpSampling2D(2)(x)
    x = layers.Concatenate()([x, b])
    x = layers.Conv2D(6, 3, padding="same", activation="relu", name="dec")(x)
    return keras.Model(inputs, layers.Conv2D(3, 1, activation="softmax", name="classes")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.enc_a = nn.Conv2d(2, 6, 3, padding=1)
            self.enc_b = nn.Conv2d(6, 6, 3, padding=1)
            self.mid = nn.Conv2d(6, 12, 3, padding=1)
            self.dec = nn.Conv2d(18, 6, 3, padding=1)
            self.classes = nn.Conv2d(6, 3, 1)

        def forward(self, x):
            skip = F.relu(self.enc_a(x))
            x = F.relu(self.enc_b(skip))
            x = F.relu(self.mid(F.max_pool2d(x, 2)))
            x = F.interpolate(x, scale_factor=2, mode="nearest")
            x = F.relu(self.dec(torch.cat([x, skip], dim=1)))
            return F.softmax(self.classes(x), dim=1)

    return UNet()
