"""Super-resolution for images of any size: grouped convolutions against a list of convolutions on slices of the
channels, squeeze and excitation by Dense against 1x1 convolutions, PixelShuffle against a transpose in PyTorch's
order of channels.
"""

INPUTS = ("12x12x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Sliced(layers.Layer):
        """One small convolution per group of channels, as in my old code for TensorFlow 1."""

        def __init__(self, groups, filters, **kwargs):
            super().__init__(**kwargs)
            self.parts = [layers.Conv2D(filters // groups, 3, padding="same", name=f"part_{i}") for i in range(groups)]

        def build(self, shape):
            for part in self.parts:
                part.build((*shape[:-1], shape[-1] // len(self.parts)))

        def call(self, x):
            slices = ops.split(x, len(self.parts), axis=-1)
            return ops.concatenate([part(s) for part, s in zip(self.parts, slices, strict=True)], axis=-1)

    class Shuffle(layers.Layer):
        def call(self, x):
            shape = ops.shape(x)
            y = ops.reshape(x, (shape[0], shape[1], shape[2], x.shape[-1] // 4, 2, 2))
            y = ops.transpose(y, (0, 1, 4, 2, 5, 3))
            return ops.reshape(y, (shape[0], 2 * shape[1], 2 * shape[2], x.shape[-1] // 4))

    small = keras.Input((None, None, 3), name="small")
    x = first = layers.Conv2D(12, 3, padding="same", name="first")(small)
    for i in range(2):
        y = Sliced(3, 12, name=f"wide_{i}")(x)
        y = layers.LeakyReLU(negative_slope=0.125)(y)
        y = Sliced(3, 12, name=f"narrow_{i}")(y)
        s = layers.GlobalAveragePooling2D(keepdims=True)(y)
        s = layers.Dense(4, activation="relu", name=f"squeeze_{i}")(s)
        s = layers.Dense(12, activation="sigmoid", name=f"excite_{i}")(s)
        x = layers.Add()([x, layers.Multiply()([y, s])])
    x = layers.Add()([first, layers.Conv2D(12, 1, name="fuse")(x)])
    x = Shuffle(name="shuffle")(layers.Conv2D(12, 3, padding="same", name="expand")(x))
    bigger = layers.UpSampling2D(2, interpolation="nearest")(small)
    return keras.Model(small, layers.Add()([bigger, x]))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class CALayer(nn.Module):
        def __init__(self, channel, mid):
            super().__init__()
            self.conv_du = nn.Sequential(
                nn.AdaptiveAvgPool2d(1), nn.Conv2d(channel, mid, 1), nn.ReLU(), nn.Conv2d(mid, channel, 1), nn.Sigmoid()
            )

        def forward(self, x):
            return x * self.conv_du(x)

    class GRCAB(nn.Sequential):
        def __init__(self, n_feat):
            super().__init__(
                nn.Conv2d(n_feat, n_feat, 3, padding=1, groups=3),
                nn.LeakyReLU(0.125, inplace=True),
                nn.Conv2d(n_feat, n_feat, 3, padding=1, groups=3),
                CALayer(n_feat, 4),
            )

        def forward(self, x):
            return super().forward(x) + x

    class Upscaler(nn.Module):
        def __init__(self):
            super().__init__()
            self.tail = nn.Sequential(nn.Conv2d(12, 12, 3, padding=1), nn.PixelShuffle(2))
            self.body = nn.Sequential(GRCAB(12), GRCAB(12), nn.Conv2d(12, 12, 1))
            self.head = nn.Conv2d(3, 12, 3, padding=1)

        def forward(self, lr):
            x = self.head(lr)
            return self.tail(self.body(x) + x) + F.interpolate(lr, scale_factor=2)

    return Upscaler()
