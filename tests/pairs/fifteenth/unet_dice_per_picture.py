"""Small U-Net for lungs trained with Dice: keras.losses.Dice on one side, the DiceLoss class that everybody copies on
the other; predictions agree at the start and the two losses do not.
"""

INPUTS = ("16x16x1",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["loss-dice-batch"], "keras": ["loss"], "torch": ["loss"], "visible": False}],
}


def training_data():
    import numpy as np

    rng = np.random.default_rng(5)
    pictures = rng.normal(size=(6, 16, 16, 1))
    threshold = np.linspace(-1.5, 1.5, 6)[:, None, None, None]
    return [pictures], (pictures > threshold).astype("float64")


def keras_model():
    import keras
    from keras import layers

    def double(x, width, name):
        for i in (1, 2):
            x = layers.Conv2D(width, 3, padding="same", activation="relu", name=f"{name}_{i}")(x)
        return x

    picture = keras.Input((16, 16, 1))
    first = double(picture, 6, "enc1")
    second = double(layers.MaxPooling2D()(first), 10, "enc2")
    x = double(layers.MaxPooling2D()(second), 14, "bottom")
    x = layers.Conv2DTranspose(10, 2, strides=2, name="up2")(x)
    x = double(layers.Concatenate()([x, second]), 10, "dec2")
    x = layers.Conv2DTranspose(6, 2, strides=2, name="up1")(x)
    x = double(layers.Concatenate()([x, first]), 6, "dec1")
    mask = layers.Conv2D(1, 1, activation="sigmoid", name="mask")(x)
    return keras.Model(picture, mask), keras.optimizers.SGD(0.1, momentum=0.9), keras.losses.Dice()


def torch_model():
    import torch
    from torch import nn

    class DoubleConv(nn.Sequential):
        def __init__(self, inside, outside):
            super().__init__(
                nn.Conv2d(inside, outside, 3, padding=1),
                nn.ReLU(inplace=True),
                nn.Conv2d(outside, outside, 3, padding=1),
                nn.ReLU(inplace=True),
            )

    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.pool = nn.MaxPool2d(2)
            self.down1, self.down2, self.middle = DoubleConv(1, 6), DoubleConv(6, 10), DoubleConv(10, 14)
            self.up2, self.conv2 = nn.ConvTranspose2d(14, 10, 2, stride=2), DoubleConv(20, 10)
            self.up1, self.conv1 = nn.ConvTranspose2d(10, 6, 2, stride=2), DoubleConv(12, 6)
            self.last = nn.Conv2d(6, 1, 1)

        def forward(self, x):
            x1 = self.down1(x)
            x2 = self.down2(self.pool(x1))
            x = self.up2(self.middle(self.pool(x2)))
            x = self.up1(self.conv2(torch.cat([x, x2], dim=1)))
            return torch.sigmoid(self.last(self.conv1(torch.cat([x, x1], dim=1))))

    class DiceLoss(nn.Module):
        def forward(self, inputs, targets, eps=1e-7):
            inputs, targets = inputs.flatten(1), targets.flatten(1)
            intersection = (inputs * targets).sum(dim=1)
            dice = 2.0 * intersection / (inputs.sum(dim=1) + targets.sum(dim=1) + eps)
            return (1 - dice).mean()

    model = UNet()
    return model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), DiceLoss()
