"""Feature pyramid on three levels. In the port the smoothed map of a level is what goes down to the next one."""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other"],
            "keras": ["up_c4", "up_c3", "merged_*", "p3", "p4"],
            "torch": ["upsample*", "interpolate*", "add*", "smooths.*", "fpn.smooths.*", "fpn"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    x = image = keras.Input((32, 32, 3))
    stages = {}
    for level, filters in ((2, 8), (3, 12), (4, 16), (5, 20)):
        x = layers.Conv2D(filters, 3, strides=1, padding="same", activation="relu", name=f"c{level}")(x)
        stages[level] = x
        if level < 5:
            x = layers.MaxPooling2D(2, name=f"down_{level}")(x)
    inner = layers.Conv2D(10, 1, name="lateral_5")(stages[5])
    outputs = [layers.Conv2D(10, 3, padding="same", name="p5")(inner)]
    for level in (4, 3):
        lateral = layers.Conv2D(10, 1, name=f"lateral_{level}")(stages[level])
        inner = layers.UpSampling2D(2, name=f"up_c{level}")(inner)
        inner = layers.Add(name=f"merged_{level}")([lateral, inner])
        outputs.append(layers.Conv2D(10, 3, padding="same", name=f"p{level}")(inner))
    return keras.Model(image, outputs[::-1])


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class FPN(nn.Module):
        def __init__(self, in_channels=(12, 16, 20), out_channels=10):
            super().__init__()
            self.laterals = nn.ModuleList([nn.Conv2d(c, out_channels, 1) for c in in_channels])
            self.smooths = nn.ModuleList([nn.Conv2d(out_channels, out_channels, 3, padding=1) for _ in in_channels])

        def forward(self, features):
            maps = [self.smooths[-1](self.laterals[-1](features[-1]))]
            for i in range(len(features) - 2, -1, -1):
                top = F.interpolate(maps[0], scale_factor=2, mode="nearest")
                maps.insert(0, self.smooths[i](self.laterals[i](features[i]) + top))
            return maps

    class Backbone(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.ModuleList([nn.Conv2d(a, b, 3, 1, 1) for a, b in ((3, 8), (8, 12), (12, 16), (16, 20))])
            self.fpn = FPN()

        def forward(self, x):
            c = []
            for i, conv in enumerate(self.body):
                x = F.relu(conv(F.max_pool2d(x, 2) if i else x))
                c.append(x)
            return tuple(self.fpn(c[1:]))

    return Backbone()
