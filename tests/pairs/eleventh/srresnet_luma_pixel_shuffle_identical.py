"""SRResNet for the brightness channel only, twice the size: depth_to_space from the TensorFlow notebook, PixelShuffle
in PyTorch, at the very end where one channel comes out.
"""

INPUTS = ("20x20x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class DepthToSpace(layers.Layer):
        def __init__(self, block, **kwargs):
            super().__init__(**kwargs)
            self.block = block

        def call(self, x):
            _, height, width, depth = x.shape
            r = self.block
            x = ops.reshape(x, (-1, height, width, r, r, depth // r**2))
            x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
            return ops.reshape(x, (-1, height * r, width * r, depth // r**2))

    def bn(name):
        return layers.BatchNormalization(momentum=0.8, epsilon=1e-3, name=name)

    low = keras.Input((20, 20, 1))
    x = layers.Conv2D(16, 9, padding="same", name="feature")(low)
    x = start = layers.PReLU(shared_axes=[1, 2], name="feature_prelu")(x)
    for i in range(3):
        y = layers.Conv2D(16, 3, padding="same", use_bias=False, name=f"res{i}_conv1")(x)
        y = layers.PReLU(shared_axes=[1, 2], name=f"res{i}_prelu")(bn(f"res{i}_bn1")(y))
        y = layers.Conv2D(16, 3, padding="same", use_bias=False, name=f"res{i}_conv2")(y)
        x = layers.Add(name=f"res{i}_add")([x, bn(f"res{i}_bn2")(y)])
    x = layers.Conv2D(16, 3, padding="same", use_bias=False, name="after")(x)
    x = layers.Add(name="long_skip")([start, bn("after_bn")(x)])
    x = layers.Conv2D(4, 3, padding="same", name="sub_pixels")(x)
    return keras.Model(low, DepthToSpace(2, name="shuffle")(x))


def torch_model():
    from torch import nn

    def bn(channels):
        return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.2)

    class ResidualBlock(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.block = nn.Sequential(
                nn.Conv2d(channels, channels, 3, padding=1, bias=False),
                bn(channels),
                nn.PReLU(channels),
                nn.Conv2d(channels, channels, 3, padding=1, bias=False),
                bn(channels),
            )

        def forward(self, x):
            return self.block(x).add(x)

    class SRResNet(nn.Module):
        def __init__(self, scale_factor=2, channels=16):
            super().__init__()
            self.upsample = nn.Sequential(
                nn.Conv2d(channels, scale_factor**2, 3, padding=1), nn.PixelShuffle(scale_factor)
            )
            self.head = nn.Sequential(nn.Conv2d(1, channels, 9, padding=4), nn.PReLU(channels))
            self.trunk = nn.Sequential(*[ResidualBlock(channels) for _ in range(3)])
            self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
            self.bn2 = bn(channels)

        def forward(self, x):
            out1 = self.head(x)
            out = self.bn2(self.conv2(self.trunk(out1)))
            return self.upsample(out1 + out)

    return SRResNet()
