"""U-Net with skip connections: concatenation, bilinear upsampling (align_corners=False), even sizes."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def double(x, filters):
        for _ in range(2):
            x = layers.Conv2D(filters, 3, activation="relu", padding="same")(x)
        return x

    inputs = keras.Input((16, 16, 3))
    c1 = double(inputs, 4)
    c2 = double(layers.MaxPooling2D()(c1), 6)
    bottom = double(layers.MaxPooling2D()(c2), 8)
    u2 = layers.concatenate([layers.UpSampling2D(interpolation="bilinear")(bottom), c2])
    c3 = double(u2, 6)
    u1 = layers.concatenate([layers.UpSampling2D(interpolation="nearest")(c3), c1])
    c4 = double(u1, 4)
    return keras.Model(inputs, layers.Conv2D(1, 1, activation="sigmoid")(c4))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class DoubleConv(nn.Sequential):
        def __init__(self, inputs, outputs):
            super().__init__(
                nn.Conv2d(inputs, outputs, 3, padding=1),
                nn.ReLU(inplace=True),
                nn.Conv2d(outputs, outputs, 3, padding=1),
                nn.ReLU(inplace=True),
            )

    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.inc = DoubleConv(3, 4)
            self.down1 = DoubleConv(4, 6)
            self.down2 = DoubleConv(6, 8)
            self.up1 = DoubleConv(14, 6)
            self.up2 = DoubleConv(10, 4)
            self.outc = nn.Conv2d(4, 1, 1)

        def forward(self, x):
            x1 = self.inc(x)
            x2 = self.down1(F.max_pool2d(x1, 2))
            x3 = self.down2(F.max_pool2d(x2, 2))
            y = F.interpolate(x3, scale_factor=2, mode="bilinear", align_corners=False)
            y = self.up1(torch.cat([y, x2], dim=1))
            y = F.interpolate(y, scale_factor=2)
            y = self.up2(torch.cat([y, x1], dim=1))
            return torch.sigmoid(self.outc(y))

    return UNet()
