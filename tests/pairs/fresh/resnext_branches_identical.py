"""ResNeXt: the old Keras code slices channels and runs a convolution per group, PyTorch has one grouped convolution."""

INPUTS = ("12x12x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def bn(x):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)

    def grouped(x, channels, cardinality, name):
        each = channels // cardinality
        branches = []
        for c in range(cardinality):
            part = layers.Lambda(
                lambda z, c=c: z[:, :, :, c * each : (c + 1) * each],
                output_shape=lambda s: (s[0], s[1], s[2], each),
                name=f"{name}_slice{c}",
            )(x)
            branches.append(layers.Conv2D(each, 3, padding="same", use_bias=False, name=f"{name}_group{c}")(part))
        return layers.Concatenate(name=f"{name}_join")(branches)

    def bottleneck(x, width, out, name):
        y = layers.Conv2D(width, 1, use_bias=False, name=f"{name}_reduce")(x)
        y = layers.LeakyReLU(negative_slope=0.125, name=f"{name}_act1")(bn(y))
        y = grouped(y, width, 4, name)
        y = layers.LeakyReLU(negative_slope=0.125, name=f"{name}_act2")(bn(y))
        y = bn(layers.Conv2D(out, 1, use_bias=False, name=f"{name}_expand")(y))
        if x.shape[-1] != out:
            x = bn(layers.Conv2D(out, 1, use_bias=False, name=f"{name}_shortcut")(x))
        return layers.LeakyReLU(negative_slope=0.125, name=f"{name}_out")(layers.Add(name=f"{name}_add")([x, y]))

    image = keras.Input((12, 12, 3))
    x = layers.Conv2D(8, 3, padding="same", use_bias=False, name="stem")(image)
    x = layers.LeakyReLU(negative_slope=0.125, name="stem_act")(bn(x))
    x = bottleneck(x, 8, 16, "block1")
    x = bottleneck(x, 12, 16, "block2")
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(image, layers.Dense(5, name="fc")(x))


def torch_model():
    from torch import nn

    class Bottleneck(nn.Module):
        def __init__(self, inplanes, width, planes, cardinality=4):
            super().__init__()
            self.conv_reduce = nn.Conv2d(inplanes, width, kernel_size=1, bias=False)
            self.bn_reduce = nn.BatchNorm2d(width)
            self.conv_conv = nn.Conv2d(width, width, kernel_size=3, padding=1, groups=cardinality, bias=False)
            self.bn = nn.BatchNorm2d(width)
            self.conv_expand = nn.Conv2d(width, planes, kernel_size=1, bias=False)
            self.bn_expand = nn.BatchNorm2d(planes)
            self.act = nn.LeakyReLU(0.125)
            self.shortcut = nn.Sequential()
            if inplanes != planes:
                self.shortcut.add_module("shortcut_conv", nn.Conv2d(inplanes, planes, kernel_size=1, bias=False))
                self.shortcut.add_module("shortcut_bn", nn.BatchNorm2d(planes))

        def forward(self, x):
            bottleneck = self.act(self.bn_reduce(self.conv_reduce(x)))
            bottleneck = self.act(self.bn(self.conv_conv(bottleneck)))
            bottleneck = self.bn_expand(self.conv_expand(bottleneck))
            return self.act(self.shortcut(x) + bottleneck)

    return nn.Sequential(
        nn.Sequential(nn.Conv2d(3, 8, 3, 1, 1, bias=False), nn.BatchNorm2d(8), nn.LeakyReLU(0.125)),
        Bottleneck(8, 8, 16),
        Bottleneck(16, 12, 16),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(),
        nn.Linear(16, 5),
    )
