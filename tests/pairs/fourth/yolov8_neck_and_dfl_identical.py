"""YOLOv8 in small: C2f, SPPF, one upsampling, a decoupled head per level and the DFL expectation over 8 bins.

ultralytics style in torch (the bins are a 1x1 convolution with a buffer as kernel there), the Keras side is
plain functions.
"""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    bins, classes = 8, 3

    def conv(x, n, k=1, s=1, name=None):
        if k > 1:
            x = layers.ZeroPadding2D(k // 2)(x)
        x = layers.Conv2D(n, k, s, use_bias=False, name=name)(x)
        x = layers.BatchNormalization(momentum=0.97, epsilon=1e-3, name=f"{name}_bn")(x)
        return layers.Activation("swish", name=f"{name}_act")(x)

    def c2f(x, n, repeats, add, name):
        x = conv(x, n, name=f"{name}_cv1")
        parts = [x[..., : n // 2], x[..., n // 2 :]]
        for i in range(repeats):
            y = conv(parts[-1], n // 2, 3, name=f"{name}_m{i}_cv1")
            y = conv(y, n // 2, 3, name=f"{name}_m{i}_cv2")
            parts.append(parts[-1] + y if add else y)
        return conv(layers.Concatenate()(parts), n, name=f"{name}_cv2")

    def sppf(x, n, name):
        pools = [conv(x, n // 2, name=f"{name}_cv1")]
        for _ in range(3):
            pools.append(layers.MaxPooling2D(5, 1, padding="same")(pools[-1]))
        return conv(ops.concatenate(pools, axis=-1), n, name=f"{name}_cv2")

    images = keras.Input((32, 32, 3))
    x = conv(images, 8, 3, 2, "stem")
    p3 = c2f(conv(x, 16, 3, 2, "down3"), 16, 1, True, "c3")
    p4 = sppf(c2f(conv(p3, 24, 3, 2, "down4"), 24, 2, True, "c4"), 24, "sppf")
    up = layers.Concatenate()([layers.UpSampling2D(2)(p4), p3])
    levels = [c2f(up, 16, 1, False, "n3"), p4]
    boxes, scores = [], []
    for i, x in enumerate(levels):
        b = layers.Conv2D(4 * bins, 1, name=f"box_{i}")(conv(x, 16, 3, name=f"box_cv_{i}"))
        b = layers.Softmax(axis=-1)(layers.Reshape((-1, 4, bins))(b))
        boxes.append(ops.sum(b * ops.arange(bins, dtype=b.dtype), axis=-1))
        s = layers.Conv2D(classes, 1, activation="sigmoid", name=f"cls_{i}")(conv(x, 12, 3, name=f"cls_cv_{i}"))
        scores.append(layers.Reshape((-1, classes))(s))
    return keras.Model(images, [layers.Concatenate(axis=1)(boxes), layers.Concatenate(axis=1)(scores)])


def torch_model():
    import torch
    from torch import nn

    class Conv(nn.Module):
        def __init__(self, c1, c2, k=1, s=1):
            super().__init__()
            self.conv = nn.Conv2d(c1, c2, k, s, k // 2, bias=False)
            self.bn = nn.BatchNorm2d(c2, eps=1e-3, momentum=0.03)
            self.act = nn.SiLU(inplace=True)

        def forward(self, x):
            return self.act(self.bn(self.conv(x)))

    class Bottleneck(nn.Module):
        def __init__(self, c, shortcut):
            super().__init__()
            self.cv1, self.cv2, self.add = Conv(c, c, 3), Conv(c, c, 3), shortcut

        def forward(self, x):
            return x + self.cv2(self.cv1(x)) if self.add else self.cv2(self.cv1(x))

    class C2f(nn.Module):
        def __init__(self, c1, c2, n=1, shortcut=False):
            super().__init__()
            self.c = c2 // 2
            self.cv1, self.cv2 = Conv(c1, 2 * self.c), Conv((2 + n) * self.c, c2)
            self.m = nn.ModuleList(Bottleneck(self.c, shortcut) for _ in range(n))

        def forward(self, x):
            y = list(self.cv1(x).chunk(2, 1))
            y.extend(m(y[-1]) for m in self.m)
            return self.cv2(torch.cat(y, 1))

    class SPPF(nn.Module):
        def __init__(self, c1, c2, k=5):
            super().__init__()
            self.cv1, self.cv2 = Conv(c1, c1 // 2), Conv(2 * c1, c2)
            self.m = nn.MaxPool2d(k, 1, k // 2)

        def forward(self, x):
            y = [self.cv1(x)]
            y.extend(self.m(y[-1]) for _ in range(3))
            return self.cv2(torch.cat(y, 1))

    class DFL(nn.Module):
        def __init__(self, c1=8):
            super().__init__()
            self.register_buffer("project", torch.arange(c1, dtype=torch.float).view(1, c1, 1, 1))
            self.c1 = c1

        def forward(self, x):
            b, _, a = x.shape
            x = x.view(b, 4, self.c1, a).transpose(2, 1).softmax(1)
            return nn.functional.conv2d(x, self.project).view(b, 4, a)

    class YOLO(nn.Module):
        def __init__(self, nc=3):
            super().__init__()
            self.stem, self.down3, self.down4 = Conv(3, 8, 3, 2), Conv(8, 16, 3, 2), Conv(16, 24, 3, 2)
            self.c3, self.c4 = C2f(16, 16, 1, True), C2f(24, 24, 2, True)
            self.sppf, self.up, self.n3 = SPPF(24, 24), nn.Upsample(scale_factor=2), C2f(40, 16)
            self.cv2 = nn.ModuleList(nn.Sequential(Conv(c, 16, 3), nn.Conv2d(16, 32, 1)) for c in (16, 24))
            self.cv3 = nn.ModuleList(nn.Sequential(Conv(c, 12, 3), nn.Conv2d(12, nc, 1)) for c in (16, 24))
            self.dfl = DFL()

        def forward(self, x):
            p3 = self.c3(self.down3(self.stem(x)))
            p4 = self.sppf(self.c4(self.down4(p3)))
            levels = [self.n3(torch.cat([self.up(p4), p3], 1)), p4]
            found = [torch.cat((b(y), c(y)), 1).flatten(2) for y, b, c in zip(levels, self.cv2, self.cv3, strict=True)]
            box, cls = torch.cat(found, 2).split((32, 3), 1)
            return self.dfl(box).transpose(1, 2), cls.sigmoid().transpose(1, 2)

    return YOLO()
