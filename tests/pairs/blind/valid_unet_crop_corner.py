"""U-Net with valid convolutions: the skip is cropped around its centre in Keras, at its top left corner in PyTorch."""

INPUTS = ("22x22x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["crop-place", "cropping-argument-order", "wiring-other"],
            "keras": ["crop", "merge", "up0_conv0"],
            "torch": ["up1*", "cat*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def double_conv(x, n, name):
        for i in range(2):
            x = layers.Conv2D(n, 3, activation="relu", name=f"{name}_conv{i}")(x)
        return x

    images = keras.Input((22, 22, 1))
    skip = double_conv(images, 8, "down0")  # 18
    x = layers.MaxPooling2D(2, name="pool")(skip)  # 9
    x = double_conv(x, 12, "bottom")  # 5
    x = layers.Conv2DTranspose(8, 2, strides=2, name="up")(x)  # 10
    skip = layers.Cropping2D(((4, 4), (4, 4)), name="crop")(skip)
    x = layers.Concatenate(name="merge")([skip, x])
    x = double_conv(x, 8, "up0")
    return keras.Model(images, layers.Conv2D(2, 1, activation="softmax", name="segmentation")(x))


def torch_model():
    import torch
    from torch import nn

    class DoubleConv(nn.Sequential):
        def __init__(self, i, o):
            super().__init__(nn.Conv2d(i, o, 3), nn.ReLU(inplace=True), nn.Conv2d(o, o, 3), nn.ReLU(inplace=True))

    class Up(nn.Module):
        def __init__(self, i, o):
            super().__init__()
            self.up = nn.ConvTranspose2d(i, o, kernel_size=2, stride=2)
            self.conv = DoubleConv(2 * o, o)

        def forward(self, x, skip):
            x = self.up(x)
            h, w = x.shape[-2:]
            return self.conv(torch.cat([skip[..., :h, :w], x], dim=1))

    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.inc = DoubleConv(1, 8)
            self.down = nn.Sequential(nn.MaxPool2d(2), DoubleConv(8, 12))
            self.up1 = Up(12, 8)
            self.outc = nn.Conv2d(8, 2, 1)

        def forward(self, x):
            skip = self.inc(x)
            return self.outc(self.up1(self.down(skip), skip)).softmax(dim=1)

    return UNet()
