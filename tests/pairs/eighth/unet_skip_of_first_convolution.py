"""Cell segmentation with a U-Net of two levels; the skips are kept in a list in PyTorch, one line too early."""

INPUTS = ("32x32x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other"],
            "keras": ["merge_*", "up_*_a"],
            "torch": ["cat*", "decoders.*.0", "decoders.*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def double_conv(x, filters, name):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"{name}_a")(x)
        return layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"{name}_b")(x)

    image = keras.Input((32, 32, 1))
    one = double_conv(image, 8, "down_1")
    two = double_conv(layers.MaxPooling2D()(one), 12, "down_2")
    x = double_conv(layers.MaxPooling2D()(two), 16, "bottom")
    for level, (skip, filters) in zip((2, 1), ((two, 12), (one, 8))):
        x = layers.Conv2DTranspose(filters, 2, strides=2, name=f"deconv_{level}")(x)
        x = layers.Concatenate(name=f"merge_{level}")([skip, x])
        x = double_conv(x, filters, f"up_{level}")
    return keras.Model(image, layers.Conv2D(1, 1, activation="sigmoid", name="mask")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def pair(c_in, c_out):
        return nn.ModuleList([nn.Conv2d(c_in, c_out, 3, padding=1), nn.Conv2d(c_out, c_out, 3, padding=1)])

    class UNet(nn.Module):
        def __init__(self, sizes=(8, 12), bottom=16):
            super().__init__()
            self.encoders = nn.ModuleList([pair(1, 8), pair(8, 12)])
            self.bottom = pair(12, bottom)
            self.ups = nn.ModuleList([nn.ConvTranspose2d(16, 12, 2, 2), nn.ConvTranspose2d(12, 8, 2, 2)])
            self.decoders = nn.ModuleList([pair(24, 12), pair(16, 8)])
            self.out = nn.Conv2d(8, 1, kernel_size=1)

        def forward(self, x):
            skips = []
            for first, second in self.encoders:
                x = F.relu(first(x))
                skips.append(x)
                x = F.relu(second(x))
                x = F.max_pool2d(x, 2)
            for conv in self.bottom:
                x = F.relu(conv(x))
            for up, convs in zip(self.ups, self.decoders):
                x = torch.cat([skips.pop(), up(x)], dim=1)
                for conv in convs:
                    x = F.relu(conv(x))
            return self.out(x).sigmoid()

    return UNet()
