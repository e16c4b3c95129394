"""My small U-Net for road lanes: I matched the momentum of the batch norms and the padding, copied every weight, and
the PyTorch masks still differ a lot from those of Keras; is there more than one thing to set?
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-epsilon"],
            "keras": ["*_bn1", "*_bn2"],
            "torch": ["down.*", "bridge*", "up_conv.*"],
        },
        {
            "rules": ["concat-order"],
            "keras": ["join_*", "dec*_conv1"],
            "torch": ["cat*", "concat*", "up_conv.*.0", "up_conv.0", "up_conv.1", ""],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    def double_conv(x, filters, name):
        for i in (1, 2):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv{i}")(x)
            x = layers.BatchNormalization(name=f"{name}_bn{i}")(x)
            x = layers.ReLU(name=f"{name}_relu{i}")(x)
        return x

    image = keras.Input((32, 32, 3))
    x, skips = image, []
    for level, filters in enumerate((8, 12)):
        x = double_conv(x, filters, f"enc{level}")
        skips.append(x)
        x = layers.MaxPooling2D(name=f"pool{level}")(x)
    x = double_conv(x, 16, "bridge")
    for level, filters in reversed(list(enumerate((8, 12)))):
        x = layers.Conv2DTranspose(filters, 2, strides=2, name=f"up{level}")(x)
        x = layers.Concatenate(name=f"join_{level}")([x, skips[level]])
        x = double_conv(x, filters, f"dec{level}")
    return keras.Model(image, layers.Conv2D(1, 1, activation="sigmoid", name="lanes")(x))


def torch_model():
    import torch
    from torch import nn

    def double_conv(c_in, c_out):
        mods = []
        for c in (c_in, c_out):
            mods += [
                nn.Conv2d(c, c_out, 3, padding=1, bias=False),
                nn.BatchNorm2d(c_out, momentum=0.01),
                nn.ReLU(inplace=True),
            ]
        return nn.Sequential(*mods)

    class LaneUNet(nn.Module):
        def __init__(self, widths=(8, 12), bottom=16):
            super().__init__()
            self.down = nn.ModuleList(double_conv(a, b) for a, b in zip((3, *widths[:-1]), widths, strict=True))
            self.pool = nn.MaxPool2d(2)
            self.bridge = double_conv(widths[-1], bottom)
            below = (bottom, *widths[:0:-1])
            self.up = nn.ModuleList(
                nn.ConvTranspose2d(a, b, 2, 2) for a, b in zip(below, reversed(widths), strict=True)
            )
            self.up_conv = nn.ModuleList(double_conv(2 * b, b) for b in reversed(widths))
            self.outc = nn.Conv2d(widths[0], 1, 1)

        def forward(self, x):
            kept = []
            for conv in self.down:
                x = conv(x)
                kept.append(x)
                x = self.pool(x)
            x = self.bridge(x)
            for up, conv in zip(self.up, self.up_conv, strict=True):
                x = conv(torch.cat([kept.pop(), up(x)], dim=1))
            return torch.sigmoid(self.outc(x))

    return LaneUNet()
