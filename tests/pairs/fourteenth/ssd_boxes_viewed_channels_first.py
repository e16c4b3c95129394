"""My SSD port finds objects at random places: backbone maps are equal to the Keras ones, boxes and scores are not,
and sorted they look suspiciously alike.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["reshape-order", "flatten-order", "permute-axes"],
            "keras": ["loc_*", "conf_*", "mbox_*"],
            "torch": ["loc*", "conf*", "view*", "reshape*", "flatten*", "cat*", "softmax*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras.layers import Activation, Concatenate, Conv2D, MaxPooling2D, Reshape

    n_classes, boxes = 5, (2, 3)
    img = keras.Input((32, 32, 3))
    x = Conv2D(12, 3, activation="relu", padding="same", name="conv1")(img)
    x = MaxPooling2D(name="pool1")(x)
    x = Conv2D(16, 3, activation="relu", padding="same", name="conv2")(x)
    first = MaxPooling2D(name="pool2")(x)
    x = Conv2D(10, 1, activation="relu", name="conv3_1")(first)
    second = Conv2D(20, 3, activation="relu", name="conv3_2")(x)

    loc, conf = [], []
    for i, (feature, n) in enumerate(zip((first, second), boxes, strict=True)):
        c = Conv2D(n * n_classes, 3, padding="same", name=f"conf_{i}")(feature)
        b = Conv2D(n * 4, 3, padding="same", name=f"loc_{i}")(feature)
        conf.append(Reshape((-1, n_classes), name=f"conf_{i}_reshape")(c))
        loc.append(Reshape((-1, 4), name=f"loc_{i}_reshape")(b))
    conf = Concatenate(axis=1, name="mbox_conf")(conf)
    loc = Concatenate(axis=1, name="mbox_loc")(loc)
    return keras.Model(img, [loc, Activation("softmax", name="mbox_scores")(conf)])


def torch_model():
    import torch
    import torch.nn as nn
    import torch.nn.functional as F

    class SSD(nn.Module):
        num_classes = 5

        def __init__(self):
            super().__init__()
            self.base = nn.Sequential(
                nn.Conv2d(3, 12, 3, padding=1),
                nn.ReLU(True),
                nn.MaxPool2d(2),
                nn.Conv2d(12, 16, 3, padding=1),
                nn.ReLU(True),
                nn.MaxPool2d(2),
            )
            self.extras = nn.Sequential(nn.Conv2d(16, 10, 1), nn.ReLU(True), nn.Conv2d(10, 20, 3), nn.ReLU(True))
            mbox, sources = (2, 3), (16, 20)
            self.loc = nn.ModuleList(nn.Conv2d(c, m * 4, 3, padding=1) for c, m in zip(sources, mbox, strict=True))
            self.conf = nn.ModuleList(
                nn.Conv2d(c, m * self.num_classes, 3, padding=1) for c, m in zip(sources, mbox, strict=True)
            )

        def forward(self, x):
            sources = [self.base(x)]
            sources.append(self.extras(sources[0]))
            loc = [layer(s) for layer, s in zip(self.loc, sources, strict=True)]
            conf = [layer(s) for layer, s in zip(self.conf, sources, strict=True)]
            loc = torch.cat([o.view(o.size(0), -1) for o in loc], 1)
            conf = torch.cat([o.view(o.size(0), -1) for o in conf], 1)
            return loc.view(loc.size(0), -1, 4), F.softmax(conf.view(conf.size(0), -1, self.num_classes), dim=-1)

    return SSD()
