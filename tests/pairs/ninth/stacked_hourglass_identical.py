"""Stacked hourglass for poses, two stacks of two levels: recursion in PyTorch, a list of skips in Keras. Heat maps of
both stacks come out; features and heat maps of the first are added to what the second reads.
"""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def residual(x, name):
        y = x
        for part, (width, size) in zip("abc", ((4, 1), (4, 3), (8, 1)), strict=True):
            y = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn_{part}")(y)
            y = layers.Conv2D(width, size, padding="same", name=f"{name}_conv_{part}")(layers.ReLU()(y))
        return layers.Add(name=f"{name}_sum")([x, y])

    def hourglass(x, levels, name):
        skips = []
        for level in range(levels):
            skips.append(residual(x, f"{name}_skip_{level}"))
            x = residual(layers.MaxPooling2D()(x), f"{name}_down_{level}")
        x = residual(x, f"{name}_bottom")
        for level in reversed(range(levels)):
            x = layers.UpSampling2D()(residual(x, f"{name}_up_{level}"))
            x = layers.Add()([skips.pop(), x])
        return x

    image = keras.Input((16, 16, 3))
    x = layers.Conv2D(8, 3, padding="same", name="stem")(image)
    heat_maps = []
    for i in range(2):
        features = residual(hourglass(x, 2, f"s{i}"), f"s{i}_out")
        heat_maps.append(layers.Conv2D(5, 1, name=f"s{i}_heat")(features))
        if i == 0:
            back = layers.Conv2D(8, 1, name="merge_heat")(heat_maps[-1])
            x = layers.Add(name="next")([x, layers.Conv2D(8, 1, name="merge_features")(features), back])
    return keras.Model(image, heat_maps)


def torch_model():
    from torch import nn
    from torch.nn.functional import interpolate, max_pool2d

    class Residual(nn.Sequential):
        def __init__(self, c=8):
            act = nn.ReLU()
            super().__init__(
                *(nn.BatchNorm2d(c), act, nn.Conv2d(c, c // 2, 1)),
                *(nn.BatchNorm2d(c // 2), act, nn.Conv2d(c // 2, c // 2, 3, padding=1)),
                *(nn.BatchNorm2d(c // 2), act, nn.Conv2d(c // 2, c, 1)),
            )

        def forward(self, x):
            return super().forward(x) + x

    class Hourglass(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.up1, self.low1 = Residual(), Residual()
            self.low2 = Hourglass(n - 1) if n > 1 else Residual()
            self.low3 = Residual()

        def forward(self, x):
            low = self.low3(self.low2(self.low1(max_pool2d(x, 2))))
            return self.up1(x) + interpolate(low, scale_factor=2)

    class PoseNet(nn.Module):
        def __init__(self, nstack=2, joints=5):
            super().__init__()
            self.pre = nn.Conv2d(3, 8, 3, padding=1)
            self.hgs = nn.ModuleList([Hourglass(2) for _ in range(nstack)])
            self.features = nn.ModuleList([Residual() for _ in range(nstack)])
            self.outs = nn.ModuleList([nn.Conv2d(8, joints, 1) for _ in range(nstack)])
            self.merge_features, self.merge_preds = nn.Conv2d(8, 8, 1), nn.Conv2d(joints, 8, 1)

        def forward(self, x):
            x, preds = self.pre(x), []
            for hg, feature, out in zip(self.hgs, self.features, self.outs, strict=True):
                f = feature(hg(x))
                preds.append(out(f))
                if len(preds) < len(self.hgs):
                    x = x + self.merge_preds(preds[-1]) + self.merge_features(f)
            return preds

    return PoseNet()
