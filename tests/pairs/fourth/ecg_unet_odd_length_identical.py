"""1D U-Net that labels every sample of an ECG; 50 samples become 25, then 13, and are cropped on the way up."""

INPUTS = ("50x2",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def block(x, filters, name):
        for i in (1, 2):
            x = layers.Conv1D(filters, 9, padding="same", use_bias=False, name=f"{name}_conv{i}")(x)
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn{i}")(x)
            x = layers.Activation("relu", name=f"{name}_relu{i}")(x)
        return x

    signal = keras.Input((50, 2), name="ecg")
    skip1 = block(signal, 8, "down1")
    x = layers.MaxPooling1D(2, padding="same")(skip1)
    skip2 = block(x, 12, "down2")
    x = layers.MaxPooling1D(2, padding="same")(skip2)
    x = block(x, 16, "bottom")
    x = layers.UpSampling1D(2)(x)
    x = layers.Cropping1D((0, 1))(x)
    x = layers.Conv1D(12, 2, padding="same", name="up2")(x)
    x = block(layers.Concatenate()([skip2, x]), 12, "merge2")
    x = layers.UpSampling1D(2)(x)
    x = layers.Conv1D(8, 2, padding="same", name="up1")(x)
    x = block(layers.Concatenate()([skip1, x]), 8, "merge1")
    return keras.Model(signal, layers.Conv1D(4, 1, activation="softmax", name="labels")(x))


def torch_model():
    from itertools import pairwise

    import torch
    import torch.nn.functional as F
    from torch import nn

    def conv_block(cin, cout):
        mods = []
        for width in (cin, cout):
            mods += [nn.Conv1d(width, cout, 9, padding=4, bias=False), nn.BatchNorm1d(cout), nn.ReLU(inplace=True)]
        return nn.Sequential(*mods)

    class UNet1D(nn.Module):
        def __init__(self, widths=(8, 12, 16), leads=2, classes=4):
            super().__init__()
            self.encoder = nn.ModuleList(conv_block(a, b) for a, b in zip((leads, *widths), widths, strict=False))
            self.ups = nn.ModuleList(nn.Conv1d(b, a, 2) for a, b in pairwise(widths))
            self.decoder = nn.ModuleList(conv_block(2 * a, a) for a in widths[:-1])
            self.last = nn.Conv1d(widths[0], classes, 1)

        def forward(self, x):
            skips = []
            for level, enc in enumerate(self.encoder):
                if level:
                    x = F.max_pool1d(x, 2, ceil_mode=True)
                x = enc(x)
                skips.append(x)
            for level in (1, 0):
                skip = skips[level]
                x = x.repeat_interleave(2, dim=-1)[..., : skip.shape[-1]]
                x = self.ups[level](F.pad(x, (0, 1)))
                x = self.decoder[level](torch.cat((skip, x), dim=1))
            return torch.softmax(self.last(x), dim=1)

    return UNet1D()
