"""Nuclei segmentation by an encoder and decoder with attention gates, trained with the dice loss: keras.losses.Dice on
one side, on the other the usual class that takes the dice of every image and then the mean.
"""

INPUTS = ("32x32x1",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["loss-dice-batch"],
            "keras": ["loss"],
            "torch": ["loss"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def bn(x, name):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)

    def block(x, width, name):
        for n in "ab":
            x = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"{name}_{n}")(x)
            x = layers.ReLU()(bn(x, f"{name}_{n}"))
        return x

    def gate(skip, gating, width, name):
        theta = bn(layers.Conv2D(width, 1, name=f"{name}_theta")(skip), f"{name}_theta")
        phi = bn(layers.Conv2D(width, 1, name=f"{name}_phi")(gating), f"{name}_phi")
        f = layers.ReLU()(layers.Add(name=f"{name}_sum")([theta, phi]))
        psi = bn(layers.Conv2D(1, 1, name=f"{name}_psi")(f), f"{name}_psi")
        return layers.Multiply(name=f"{name}_gated")([skip, layers.Activation("sigmoid")(psi)])

    image = keras.Input((32, 32, 1))
    e1 = block(image, 6, "encode_1")
    e2 = block(layers.MaxPooling2D()(e1), 10, "encode_2")
    x = block(layers.MaxPooling2D()(e2), 14, "bottom")
    for skip, width, name in ((e2, 10, "2"), (e1, 6, "1")):
        x = layers.UpSampling2D(name=f"larger_{name}")(x)
        x = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"up_{name}")(x)
        x = layers.ReLU()(bn(x, f"up_{name}"))
        x = layers.Concatenate(name=f"join_{name}")([gate(skip, x, width // 2, f"gate_{name}"), x])
        x = block(x, width, f"decode_{name}")
    mask = layers.Conv2D(1, 1, activation="sigmoid", name="mask")(x)
    return keras.Model(image, mask), keras.optimizers.SGD(0.05, momentum=0.9), keras.losses.Dice()


def torch_model():
    import torch
    from torch import nn

    class ConvBlock(nn.Sequential):
        def __init__(self, ch_in, ch_out, repeats=2):
            layers = []
            for n in range(repeats):
                layers.append(nn.Conv2d(ch_in if n == 0 else ch_out, ch_out, 3, padding=1, bias=False))
                layers += [nn.BatchNorm2d(ch_out), nn.ReLU(inplace=True)]
            super().__init__(*layers)

    class UpConv(nn.Sequential):
        def __init__(self, ch_in, ch_out):
            super().__init__(nn.Upsample(scale_factor=2), ConvBlock(ch_in, ch_out, 1))

    class AttentionBlock(nn.Module):
        def __init__(self, F_g, F_l, F_int):
            super().__init__()
            self.W_g = nn.Sequential(nn.Conv2d(F_g, F_int, 1), nn.BatchNorm2d(F_int))
            self.W_x = nn.Sequential(nn.Conv2d(F_l, F_int, 1), nn.BatchNorm2d(F_int))
            self.psi = nn.Sequential(nn.Conv2d(F_int, 1, 1), nn.BatchNorm2d(1), nn.Sigmoid())
            self.relu = nn.ReLU(inplace=True)

        def forward(self, g, x):
            return x * self.psi(self.relu(self.W_g(g) + self.W_x(x)))

    class AttentionNet(nn.Module):
        def __init__(self, img_ch=1):
            super().__init__()
            self.Maxpool = nn.MaxPool2d(kernel_size=2, stride=2)
            self.Conv1, self.Conv2, self.Conv3 = ConvBlock(img_ch, 6), ConvBlock(6, 10), ConvBlock(10, 14)
            self.Up3, self.Att3, self.Up_conv3 = UpConv(14, 10), AttentionBlock(10, 10, 5), ConvBlock(20, 10)
            self.Up2, self.Att2, self.Up_conv2 = UpConv(10, 6), AttentionBlock(6, 6, 3), ConvBlock(12, 6)
            self.Conv_1x1 = nn.Conv2d(6, 1, 1)

        def forward(self, x):
            x1 = self.Conv1(x)
            x2 = self.Conv2(self.Maxpool(x1))
            d3 = self.Up3(self.Conv3(self.Maxpool(x2)))
            d3 = self.Up_conv3(torch.cat((self.Att3(d3, x2), d3), dim=1))
            d2 = self.Up2(d3)
            d2 = self.Up_conv2(torch.cat((self.Att2(d2, x1), d2), dim=1))
            return torch.sigmoid(self.Conv_1x1(d2))

    class SoftDiceLoss(nn.Module):
        def __init__(self, eps=1e-7):
            super().__init__()
            self.eps = eps

        def forward(self, probs, targets):
            num = targets.size(0)
            m1, m2 = probs.reshape(num, -1), targets.reshape(num, -1)
            score = 2.0 * (m1 * m2).sum(1) / (m1.sum(1) + m2.sum(1) + self.eps)
            return 1 - score.sum() / num

    model = AttentionNet()
    return model, torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9), SoftDiceLoss()
