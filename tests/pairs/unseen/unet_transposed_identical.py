"""A small U-Net with transposed convolutions: subclassed double convolutions in Keras, ModuleLists in PyTorch."""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    class DoubleConv(layers.Layer):
        def __init__(self, filters, **kwargs):
            super().__init__(**kwargs)
            self.conv_a = layers.Conv2D(filters, 3, padding="same", use_bias=False)
            self.bn_a = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
            self.conv_b = layers.Conv2D(filters, 3, padding="same", use_bias=False)
            self.bn_b = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)

        def call(self, x, training=None):
            x = keras.activations.relu(self.bn_a(self.conv_a(x), training=training))
            return keras.activations.relu(self.bn_b(self.conv_b(x), training=training))

    inputs = keras.Input((None, None, 3))
    c1 = DoubleConv(6, name="down_1")(inputs)
    c2 = DoubleConv(10, name="down_2")(layers.MaxPooling2D()(c1))
    c3 = DoubleConv(14, name="bottleneck")(layers.MaxPooling2D()(c2))
    u2 = layers.Conv2DTranspose(10, 2, strides=2, padding="same", name="up_2")(c3)
    x = DoubleConv(10, name="dec_2")(layers.concatenate([u2, c2]))
    u1 = layers.Conv2DTranspose(6, 2, strides=2, padding="same", name="up_1")(x)
    x = DoubleConv(6, name="dec_1")(layers.concatenate([u1, c1]))
    return keras.Model(inputs, layers.Conv2D(1, 1, activation="sigmoid", name="mask")(x))


def torch_model():
    import torch
    from torch import nn

    def double_conv(i, o):
        return nn.Sequential(
            nn.Conv2d(i, o, 3, padding=1, bias=False),
            nn.BatchNorm2d(o),
            nn.ReLU(inplace=True),
            nn.Conv2d(o, o, 3, padding=1, bias=False),
            nn.BatchNorm2d(o),
            nn.ReLU(inplace=True),
        )

    class UNet(nn.Module):
        def __init__(self, widths=(6, 10), deepest=14):
            super().__init__()
            self.downs = nn.ModuleList()
            self.ups = nn.ModuleList()
            self.pool = nn.MaxPool2d(2, 2)
            i = 3
            for w in widths:
                self.downs.append(double_conv(i, w))
                i = w
            self.bottleneck = double_conv(i, deepest)
            i = deepest
            for w in reversed(widths):
                self.ups.append(nn.ConvTranspose2d(i, w, kernel_size=2, stride=2))
                self.ups.append(double_conv(2 * w, w))
                i = w
            self.final_conv = nn.Conv2d(i, 1, kernel_size=1)

        def forward(self, x):
            skips = []
            for down in self.downs:
                x = down(x)
                skips.append(x)
                x = self.pool(x)
            x = self.bottleneck(x)
            skips = skips[::-1]
            for idx in range(0, len(self.ups), 2):
                x = self.ups[idx](x)
                x = self.ups[idx + 1](torch.cat((x, skips[idx // 2]), dim=1))
            return torch.sigmoid(self.final_conv(x))

    return UNet()
