"""A small hourglass with an integral head for eleven joints: recursion and permuted coordinates in PyTorch, two loops
and an einsum in Keras; the coordinates are pixel centres between -1 and 1, x first.
"""

INPUTS = ("32x24x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def residual(x, name):
        width = x.shape[-1]
        y = x
        for i, (filters, size) in enumerate(((width // 2, 1), (width // 2, 3), (width, 1))):
            y = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn{i}")(y)
            y = layers.Activation("relu")(y)
            y = layers.Conv2D(filters, size, padding="same", name=f"{name}_conv{i}")(y)
        return layers.Add(name=f"{name}_sum")([x, y])

    class SoftArgmax2D(layers.Layer):
        """Expected position of every joint under the softmax of its heatmap."""

        def call(self, heatmaps):
            _, height, width, joints = heatmaps.shape
            p = ops.softmax(ops.reshape(heatmaps, (-1, height * width, joints)), axis=1)
            p = ops.reshape(p, (-1, height, width, joints))
            xs = (2 * ops.arange(width, dtype=p.dtype) + 1) / width - 1
            ys = (2 * ops.arange(height, dtype=p.dtype) + 1) / height - 1
            return ops.stack([ops.einsum("bhwj,w->bj", p, xs), ops.einsum("bhwj,h->bj", p, ys)], axis=-1)

    image = keras.Input((32, 24, 3))
    x = layers.ZeroPadding2D(3)(image)
    x = layers.Conv2D(32, 7, strides=2, name="stem")(x)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="stem_bn")(x))
    sides = []
    for depth in range(2):
        sides.append(residual(x, f"side{depth}"))
        x = layers.MaxPooling2D(2)(x)
        x = residual(x, f"down{depth}")
    x = residual(x, "bottom")
    for depth in (1, 0):
        x = residual(x, f"up{depth}")
        x = layers.Add(name=f"merge{depth}")([layers.UpSampling2D(2)(x), sides[depth]])
    x = layers.Conv2D(11, 1, name="heatmaps")(x)
    return keras.Model(image, SoftArgmax2D(name="coordinates")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Residual(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.bn1, self.conv1 = nn.BatchNorm2d(n), nn.Conv2d(n, n // 2, 1)
            self.bn2, self.conv2 = nn.BatchNorm2d(n // 2), nn.Conv2d(n // 2, n // 2, 3, padding=1)
            self.bn3, self.conv3 = nn.BatchNorm2d(n // 2), nn.Conv2d(n // 2, n, 1)
            self.relu = nn.ReLU()

        def forward(self, x):
            out = self.conv1(self.relu(self.bn1(x)))
            out = self.conv2(self.relu(self.bn2(out)))
            out = self.conv3(self.relu(self.bn3(out)))
            return out + x

    class Hourglass(nn.Module):
        def __init__(self, n, f):
            super().__init__()
            self.up1 = Residual(f)
            self.low1 = Residual(f)
            self.low2 = Hourglass(n - 1, f) if n > 1 else Residual(f)
            self.low3 = Residual(f)

        def forward(self, x):
            low = self.low3(self.low2(self.low1(F.max_pool2d(x, 2))))
            return self.up1(x) + F.interpolate(low, scale_factor=2, mode="nearest")

    class IntegralPose(nn.Module):
        def __init__(self, joints=11):
            super().__init__()
            self.pre = nn.Sequential(nn.Conv2d(3, 32, 7, 2, 3), nn.BatchNorm2d(32), nn.ReLU())
            self.hg = Hourglass(2, 32)
            self.out = nn.Conv2d(32, joints, 1)

        @staticmethod
        def centres(n, like):
            return (torch.arange(n, dtype=like.dtype, device=like.device) * 2 + 1) / n - 1

        def forward(self, x):
            maps = self.out(self.hg(self.pre(x)))
            b, j, h, w = maps.shape
            prob = maps.flatten(2).softmax(-1).view(b, j, h, w)
            x = (prob.sum(2) * self.centres(w, prob)).sum(-1, keepdim=True)
            y = (prob.sum(3) * self.centres(h, prob)).sum(-1, keepdim=True)
            return torch.cat([x, y], dim=-1)

    return IntegralPose()
