"""Involution (CVPR 21), after the example of keras.io with groups=2; the port uses unfold and one einsum. The groups
are interleaved (channel c belongs to group c % 2) as keras.io reshapes them, not as in the official code; I kept that.
"""

INPUTS = ("12x12x8",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Involution(layers.Layer):
        def __init__(self, channel, group_number, kernel_size, reduction_ratio, name):
            super().__init__(name=name)
            self.channel, self.group_number, self.kernel_size = channel, group_number, kernel_size
            self.reduce = layers.Conv2D(channel // reduction_ratio, 1, name="reduce")
            self.norm = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="norm")
            self.span = layers.Conv2D(kernel_size * kernel_size * group_number, 1, name="span")

        def build(self, shape):
            _, height, width, channels = shape
            self.reduce.build(shape)
            small = (None, height, width, self.reduce.filters)
            self.norm.build(small)
            self.span.build(small)
            k, g = self.kernel_size, self.group_number
            self.to_kernel = layers.Reshape((height, width, k * k, 1, g))
            self.to_patches = layers.Reshape((height, width, k * k, channels // g, g))
            self.to_output = layers.Reshape((height, width, channels))

        def call(self, x, training=None):
            kernel = self.span(ops.relu(self.norm(self.reduce(x), training=training)))
            patches = ops.image.extract_patches(x, self.kernel_size, strides=1, padding="same")
            return self.to_output(ops.sum(self.to_kernel(kernel) * self.to_patches(patches), axis=3))

    inputs = keras.Input((12, 12, 8))
    x = Involution(8, 2, 3, 2, name="inv_1")(inputs)
    x = layers.ReLU()(x)
    x = layers.MaxPooling2D(2)(x)
    x = Involution(8, 2, 3, 2, name="inv_2")(x)
    x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(5, name="head")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Inv2d(nn.Module):
        def __init__(self, c, g=2, k=3, r=2):
            super().__init__()
            self.g, self.k = g, k
            self.gen = nn.Sequential(
                nn.Conv2d(c, c // r, 1), nn.BatchNorm2d(c // r), nn.ReLU(), nn.Conv2d(c // r, k * k * g, 1)
            )

        def forward(self, x):
            b, c, h, w = x.shape
            kernel = self.gen(x).view(b, self.k**2, self.g, h, w)
            cols = F.unfold(x, self.k, padding=self.k // 2).view(b, c // self.g, self.g, self.k**2, h, w)
            return torch.einsum("bcgkhw,bkghw->bcghw", cols, kernel).reshape(b, c, h, w)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.inv1, self.inv2 = Inv2d(8), Inv2d(8)
            self.fc = nn.Linear(8, 5)

        def forward(self, x):
            x = F.max_pool2d(self.inv1(x).relu(), 2)
            return self.fc(self.inv2(x).relu().mean((-2, -1)))

    return Net()
