"""Super-resolution between shuffles: pixels into channels by reshape or by strided slices, an involution (a kernel for
every pixel) by extract_patches or unfold, channels into pixels by reshape or PixelShuffle.
"""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Focus(layers.Layer):
        def call(self, x):
            _, h, w, c = x.shape
            x = ops.reshape(x, (-1, h // 2, 2, w // 2, 2, c))
            return ops.reshape(ops.transpose(x, (0, 1, 3, 4, 2, 5)), (-1, h // 2, w // 2, 4 * c))

    class Involution(layers.Layer):
        def __init__(self, size, groups, **kwargs):
            super().__init__(**kwargs)
            self.size, self.groups = size, groups
            self.reduce = layers.Conv2D(6, 1, activation="relu", name="reduce")
            self.span = layers.Conv2D(size * size * groups, 1, name="span")

        def call(self, x):
            _, h, w, c = x.shape
            area = self.size**2
            kernel = ops.reshape(self.span(self.reduce(x)), (-1, h, w, self.groups, area))
            patches = ops.image.extract_patches(x, self.size, strides=1, padding="same")
            patches = ops.reshape(patches, (-1, h, w, area, self.groups, c // self.groups))
            return ops.reshape(ops.einsum("bhwga,bhwagc->bhwgc", kernel, patches), (-1, h, w, c))

    class PixelShuffle(layers.Layer):
        def call(self, x):
            _, h, w, c = x.shape
            x = ops.reshape(x, (-1, h, w, c // 4, 2, 2))
            return ops.reshape(ops.transpose(x, (0, 1, 4, 2, 5, 3)), (-1, 2 * h, 2 * w, c // 4))

    image = keras.Input((16, 16, 3))
    x = Focus(name="focus")(image)
    x = skip = layers.Conv2D(12, 3, padding="same", name="stem")(x)
    x = layers.ReLU()(Involution(3, 3, name="involution")(x))
    x = layers.Concatenate(name="join")([x, skip])
    x = layers.Conv2D(12, 1, name="fuse")(x)
    return keras.Model(image, image + PixelShuffle(name="shuffle")(x))


def torch_model():
    import torch
    from torch import nn

    class Involution2d(nn.Module):
        def __init__(self, channels, kernel_size, groups):
            super().__init__()
            self.k, self.g = kernel_size, groups
            self.conv1 = nn.Sequential(nn.Conv2d(channels, 6, 1), nn.ReLU())
            self.conv2 = nn.Conv2d(6, kernel_size**2 * groups, 1)
            self.unfold = nn.Unfold(kernel_size, 1, (kernel_size - 1) // 2, 1)

        def forward(self, x):
            b, c, h, w = x.shape
            weight = self.conv2(self.conv1(x)).view(b, self.g, 1, self.k**2, h, w)
            out = self.unfold(x).view(b, self.g, c // self.g, self.k**2, h, w)
            return (weight * out).sum(dim=3).view(b, c, h, w)

    class FocusSR(nn.Module):
        def __init__(self):
            super().__init__()
            self.tail = nn.Sequential(nn.Conv2d(24, 12, 1), nn.PixelShuffle(2))
            self.head = nn.Conv2d(12, 12, 3, padding=1)
            self.body = Involution2d(12, 3, 3)

        def forward(self, x):
            s = torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]], 1)
            s = self.head(s)
            return x + self.tail(torch.cat([self.body(s).relu(), s], 1))

    return FocusSR()
