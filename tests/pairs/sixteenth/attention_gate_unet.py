"""U-Net with attention gates on its skips for a one-channel mask; upsampling repeats pixels on both sides and the gate
is computed on the finer grid.
"""

INPUTS = ("32x24x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def norm(name):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name)

    def double(x, width, name):
        for part in (1, 2):
            x = layers.Conv2D(width, 3, padding="same", name=f"{name}_conv{part}")(x)
            x = layers.Activation("relu", name=f"{name}_relu{part}")(norm(f"{name}_bn{part}")(x))
        return x

    def gated(skip, signal, width, name):
        a = norm(f"{name}_signal_bn")(layers.Conv2D(width, 1, name=f"{name}_signal")(signal))
        b = norm(f"{name}_skip_bn")(layers.Conv2D(width, 1, name=f"{name}_skip")(skip))
        both = layers.Activation("relu", name=f"{name}_relu")(layers.add([a, b], name=f"{name}_add"))
        psi = norm(f"{name}_psi_bn")(layers.Conv2D(1, 1, name=f"{name}_psi")(both))
        return layers.multiply([skip, layers.Activation("sigmoid", name=f"{name}_alpha")(psi)], name=f"{name}_out")

    image = keras.Input((32, 24, 1))
    fine = double(image, 6, "fine")
    middle = double(layers.MaxPooling2D(name="pool_fine")(fine), 10, "middle")
    x = double(layers.MaxPooling2D(name="pool_middle")(middle), 16, "coarse")
    for skip, width, name in ((middle, 10, "up_middle"), (fine, 6, "up_fine")):
        x = layers.UpSampling2D(2, name=name)(x)
        x = layers.Conv2D(width, 3, padding="same", name=f"{name}_conv")(x)
        x = layers.Activation("relu", name=f"{name}_relu")(norm(f"{name}_bn")(x))
        skip = gated(skip, x, width // 2, f"{name}_gate")
        x = double(layers.concatenate([skip, x], name=f"{name}_join"), width, f"{name}_double")
    return keras.Model(image, layers.Conv2D(1, 1, activation="sigmoid", name="mask")(x))


def torch_model():
    import torch
    from torch import nn

    class conv_block(nn.Sequential):
        def __init__(self, ch_in, ch_out):
            super().__init__(
                nn.Conv2d(ch_in, ch_out, 3, 1, 1),
                nn.BatchNorm2d(ch_out),
                nn.ReLU(inplace=True),
                nn.Conv2d(ch_out, ch_out, 3, 1, 1),
                nn.BatchNorm2d(ch_out),
                nn.ReLU(inplace=True),
            )

    class up_conv(nn.Module):
        def __init__(self, ch_in, ch_out):
            super().__init__()
            self.up = nn.Sequential(
                nn.Upsample(scale_factor=2), nn.Conv2d(ch_in, ch_out, 3, 1, 1), nn.BatchNorm2d(ch_out), nn.ReLU()
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
        def __init__(self):
            super().__init__()
            self.Maxpool = nn.MaxPool2d(2, 2)
            self.Conv1, self.Conv2, self.Conv3 = conv_block(1, 6), conv_block(6, 10), conv_block(10, 16)
            self.Up3, self.Att3, self.Up_conv3 = up_conv(16, 10), Attention_block(10, 10, 5), conv_block(20, 10)
            self.Up2, self.Att2, self.Up_conv2 = up_conv(10, 6), Attention_block(6, 6, 3), conv_block(12, 6)
            self.Conv_1x1 = nn.Conv2d(6, 1, 1)

        def forward(self, x):
            x1 = self.Conv1(x)
            x2 = self.Conv2(self.Maxpool(x1))
            x3 = self.Conv3(self.Maxpool(x2))
            d3 = self.Up3(x3)
            d3 = self.Up_conv3(torch.cat((self.Att3(g=d3, x=x2), d3), dim=1))
            d2 = self.Up2(d3)
            d2 = self.Up_conv2(torch.cat((self.Att2(g=d2, x=x1), d2), dim=1))
            return torch.sigmoid(self.Conv_1x1(d2))

    return AttU_Net()
