"""Feature pyramid of keras_hub's RetinaNet over a small backbone, with one coarser level on top; in PyTorch the pyramid
is written by hand. All levels agree except the coarsest.
"""

INPUTS = ("64x64x3",)
LIBRARIES = ("keras_hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other"],
            "keras": ["fpn", "fpn/*", "coarser_P6"],
            "torch": ["fpn.extra", "fpn.extra.*", "fpn", "pad*", "fpn.p6"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers
    from keras_hub.src.models.retinanet.feature_pyramid import FeaturePyramid

    image = keras.Input((64, 64, 3))
    x = image
    maps = {}
    for level, width in enumerate((8, 12, 16, 20, 24), start=1):
        x = layers.Conv2D(width, 3, padding="same", activation="relu", name=f"conv_{level}")(x)
        x = layers.MaxPooling2D(2, name=f"pool_{level}")(x)
        if level >= 3:
            maps[f"P{level}"] = x
    levels = FeaturePyramid(min_level=3, max_level=6, use_p5=True, num_filters=24, name="fpn")(maps)
    return keras.Model(image, [levels[f"P{level}"] for level in (3, 4, 5, 6)])


def torch_model():
    from itertools import pairwise

    import torch.nn.functional as F
    from torch import nn

    class FPN(nn.Module):
        def __init__(self, widths=(16, 20, 24), out=24):
            super().__init__()
            self.inner = nn.ModuleList(nn.Conv2d(c, out, 1) for c in widths)
            self.layer = nn.ModuleList(nn.Conv2d(out, out, 3, padding=1) for _ in widths)
            self.extra = nn.Conv2d(out, out, 3, stride=2)

        def forward(self, c3, c4, c5):
            m5 = self.inner[2](c5)
            m4 = self.inner[1](c4) + F.interpolate(m5, scale_factor=2, mode="nearest")
            m3 = self.inner[0](c3) + F.interpolate(m4, scale_factor=2, mode="nearest")
            p3, p4, p5 = (conv(m) for conv, m in zip(self.layer, (m3, m4, m5), strict=True))
            p6 = self.extra(F.pad(p5, (0, 1, 0, 1)))
            return p3, p4, p5, p6

    class Detector(nn.Module):
        def __init__(self):
            super().__init__()
            widths = (3, 8, 12, 16, 20, 24)
            self.body = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in pairwise(widths))
            self.fpn = FPN()

        def forward(self, x):
            maps = []
            for conv in self.body:
                x = F.max_pool2d(F.relu(conv(x)), 2)
                maps.append(x)
            return self.fpn(*maps[2:])

    return Detector()
