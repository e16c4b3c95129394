"""Attention U-Net after LeeJunHyun: the last decoder stage joins (upsampled, gated skip), the original the reverse."""

INPUTS = ("16x16x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["concat-order"],
            "keras": ["up2_join", "up2_conv*"],
            "torch": ["cat*", "Up_conv2*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def cbr(x, n, name):
        x = layers.Conv2D(n, 3, padding="same", name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name + "_bn")(x)
        return layers.ReLU(name=name + "_relu")(x)

    def double(x, n, name):
        return cbr(cbr(x, n, name + "_a"), n, name + "_b")

    def gate(g, skip, n, name):
        g = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name + "_g_bn")(
            layers.Conv2D(n, 1, name=name + "_g")(g)
        )
        s = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name + "_x_bn")(
            layers.Conv2D(n, 1, name=name + "_x")(skip)
        )
        a = layers.Activation("relu", name=name + "_act")(layers.Add(name=name + "_add")([g, s]))
        a = layers.Conv2D(1, 1, name=name + "_psi")(a)
        a = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name + "_psi_bn")(a)
        a = layers.Activation("sigmoid", name=name + "_alpha")(a)
        return layers.Multiply(name=name + "_out")([skip, a])

    image = keras.Input((16, 16, 1), name="image")
    e1 = double(image, 6, "enc1")
    e2 = double(layers.MaxPooling2D(name="pool1")(e1), 8, "enc2")
    e3 = double(layers.MaxPooling2D(name="pool2")(e2), 12, "enc3")

    d = cbr(layers.UpSampling2D(name="up3_resize")(e3), 8, "up3")
    d = layers.Concatenate(name="up3_join")([gate(d, e2, 4, "gate3"), d])
    d = double(d, 8, "up3_conv")
    d = cbr(layers.UpSampling2D(name="up2_resize")(d), 6, "up2")
    d = layers.Concatenate(name="up2_join")([d, gate(d, e1, 3, "gate2")])
    d = double(d, 6, "up2_conv")
    return keras.Model(image, layers.Conv2D(1, 1, name="mask")(d))


def torch_model():
    import torch
    from torch import nn

    class conv_block(nn.Module):
        def __init__(self, ch_in, ch_out):
            super().__init__()
            self.conv = nn.Sequential(
                nn.Conv2d(ch_in, ch_out, kernel_size=3, stride=1, padding=1, bias=True),
                nn.BatchNorm2d(ch_out),
                nn.ReLU(inplace=True),
                nn.Conv2d(ch_out, ch_out, kernel_size=3, stride=1, padding=1, bias=True),
                nn.BatchNorm2d(ch_out),
                nn.ReLU(inplace=True),
            )

        def forward(self, x):
            return self.conv(x)

    class up_conv(nn.Module):
        def __init__(self, ch_in, ch_out):
            super().__init__()
            self.up = nn.Sequential(
                nn.Upsample(scale_factor=2), nn.Conv2d(ch_in, ch_out, 3, padding=1), nn.BatchNorm2d(ch_out), nn.ReLU()
            )

        def forward(self, x):
            return self.up(x)

    class Attention_block(nn.Module):
        def __init__(self, F_g, F_l, F_int):
            super().__init__()
            self.W_g = nn.Sequential(nn.Conv2d(F_g, F_int, 1), nn.BatchNorm2d(F_int))
            self.W_x = nn.Sequential(nn.Conv2d(F_l, F_int, 1), nn.BatchNorm2d(F_int))
            self.psi = nn.Sequential(nn.Conv2d(F_int, 1, 1), nn.BatchNorm2d(1), nn.Sigmoid())
            self.relu = nn.ReLU(inplace=True)

        def forward(self, g, x):
            return x * self.psi(self.relu(self.W_g(g) + self.W_x(x)))

    class AttU_Net(nn.Module):
        def __init__(self, img_ch=1, output_ch=1):
            super().__init__()
            self.Maxpool = nn.MaxPool2d(kernel_size=2, stride=2)
            self.Conv1 = conv_block(img_ch, 6)
            self.Conv2 = conv_block(6, 8)
            self.Conv3 = conv_block(8, 12)
            self.Up3 = up_conv(12, 8)
            self.Att3 = Attention_block(8, 8, 4)
            self.Up_conv3 = conv_block(16, 8)
            self.Up2 = up_conv(8, 6)
            self.Att2 = Attention_block(6, 6, 3)
            self.Up_conv2 = conv_block(12, 6)
            self.Conv_1x1 = nn.Conv2d(6, output_ch, kernel_size=1)

        def forward(self, x):
            x1 = self.Conv1(x)
            x2 = self.Conv2(self.Maxpool(x1))
            x3 = self.Conv3(self.Maxpool(x2))
            d3 = self.Up3(x3)
            d3 = self.Up_conv3(torch.cat((self.Att3(g=d3, x=x2), d3), dim=1))
            d2 = self.Up2(d3)
            d2 = self.Up_conv2(torch.cat((self.Att2(g=d2, x=x1), d2), dim=1))
            return self.Conv_1x1(d2)

    return AttU_Net()
