"""The U-Net of the first paper, thinner: convolutions without padding, 2x2 transposed convolutions, and the skips cut
in the middle to the size of what comes up; in PyTorch by a negative padding.
"""

INPUTS = ("44x44x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def double(x, filters, name):
        x = layers.Conv2D(filters, 3, activation="relu", name=f"{name}_1")(x)
        return layers.Conv2D(filters, 3, activation="relu", name=f"{name}_2")(x)

    image = keras.Input((44, 44, 1))
    skips = []
    x = image
    for level, filters in enumerate((8, 12)):
        x = double(x, filters, f"contract{level}")
        skips.append(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Dropout(0.5)(double(x, 20, "bottom"))
    for level, filters in ((1, 12), (0, 8)):
        x = layers.Conv2DTranspose(filters, 2, strides=2, name=f"up{level}")(x)
        skip = skips[level]
        border = (skip.shape[1] - x.shape[1]) // 2
        skip = layers.Cropping2D(border, name=f"crop{level}")(skip)
        x = double(layers.Concatenate(name=f"join{level}")([skip, x]), filters, f"expand{level}")
    return keras.Model(image, layers.Conv2D(2, 1, name="cells")(x), name="u_net")


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class DoubleConv(nn.Sequential):
        def __init__(self, c_in, c_out):
            super().__init__(
                nn.Conv2d(c_in, c_out, kernel_size=3),
                nn.ReLU(inplace=True),
                nn.Conv2d(c_out, c_out, kernel_size=3),
                nn.ReLU(inplace=True),
            )

    class Up(nn.Module):
        def __init__(self, c_in, c_out):
            super().__init__()
            self.up = nn.ConvTranspose2d(c_in, c_out, kernel_size=2, stride=2)
            self.conv = DoubleConv(2 * c_out, c_out)

        def forward(self, x1, x2):
            x1 = self.up(x1)
            dy, dx = x1.size(2) - x2.size(2), x1.size(3) - x2.size(3)
            x2 = F.pad(x2, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
            return self.conv(torch.cat([x2, x1], dim=1))

    class UNet(nn.Module):
        def __init__(self, n_channels=1, n_classes=2):
            super().__init__()
            self.outc = nn.Conv2d(8, n_classes, kernel_size=1)
            self.up2, self.up1 = Up(12, 8), Up(20, 12)
            self.inc, self.down1, self.down2 = DoubleConv(n_channels, 8), DoubleConv(8, 12), DoubleConv(12, 20)
            self.pool, self.drop = nn.MaxPool2d(2), nn.Dropout(0.5)

        def forward(self, x):
            x1 = self.inc(x)
            x2 = self.down1(self.pool(x1))
            x3 = self.drop(self.down2(self.pool(x2)))
            return self.outc(self.up2(self.up1(x3, x2), x1))

    return UNet()
