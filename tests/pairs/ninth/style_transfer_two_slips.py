"""Fast neural style (Johnson): mirrored borders, instance norm, residual blocks without an activation at the end,
nearest neighbours before the last convolutions. Faint dark frame in PyTorch, and colours are off.
"""

INPUTS = ("24x24x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["res_*_sum", "res_*_conv_0", "res_*_conv_0_mirror", "up_conv"],
            "torch": ["res.*", "relu*", "add*"],
        },
        {"rules": ["padding-mode"], "keras": ["out_conv", "out_conv_mirror"], "torch": ["out"]},
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Mirror(layers.Layer):
        def __init__(self, n, **kwargs):
            super().__init__(**kwargs)
            self.n = n

        def call(self, x):
            return ops.pad(x, [[0, 0], [self.n, self.n], [self.n, self.n], [0, 0]], mode="reflect")

    def conv(x, filters, size, strides, name):
        x = Mirror(size // 2, name=f"{name}_mirror")(x)
        return layers.Conv2D(filters, size, strides=strides, name=name)(x)

    def norm(x, name):
        return layers.GroupNormalization(groups=-1, epsilon=1e-5, name=name)(x)

    image = keras.Input((24, 24, 3))
    x = layers.ReLU()(norm(conv(image, 8, 9, 1, "in_conv"), "in_norm"))
    x = layers.ReLU()(norm(conv(x, 12, 3, 2, "down_conv"), "down_norm"))
    for i in range(2):
        y = layers.ReLU()(norm(conv(x, 12, 3, 1, f"res_{i}_conv_0"), f"res_{i}_norm_0"))
        y = norm(conv(y, 12, 3, 1, f"res_{i}_conv_1"), f"res_{i}_norm_1")
        x = layers.Add(name=f"res_{i}_sum")([x, y])
    x = layers.UpSampling2D(2, name="larger")(x)
    x = layers.ReLU()(norm(conv(x, 8, 3, 1, "up_conv"), "up_norm"))
    return keras.Model(image, conv(x, 3, 9, 1, "out_conv"))


def torch_model():
    from torch import nn
    from torch.nn.functional import interpolate

    class ConvLayer(nn.Sequential):
        def __init__(self, i, o, k, stride=1):
            super().__init__(nn.ReflectionPad2d(k // 2), nn.Conv2d(i, o, k, stride))

    class ResidualBlock(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.conv1, self.in1 = ConvLayer(channels, channels, 3), nn.InstanceNorm2d(channels, affine=True)
            self.conv2, self.in2 = ConvLayer(channels, channels, 3), nn.InstanceNorm2d(channels, affine=True)
            self.relu = nn.ReLU()

        def forward(self, x):
            out = self.relu(self.in1(self.conv1(x)))
            out = self.in2(self.conv2(out))
            return self.relu(out + x)

    class TransformerNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.in1 = ConvLayer(3, 8, 9), nn.InstanceNorm2d(8, affine=True)
            self.conv2, self.in2 = ConvLayer(8, 12, 3, 2), nn.InstanceNorm2d(12, affine=True)
            self.res = nn.Sequential(ResidualBlock(12), ResidualBlock(12))
            self.deconv1, self.in4 = ConvLayer(12, 8, 3), nn.InstanceNorm2d(8, affine=True)
            self.out = nn.Conv2d(8, 3, 9, padding=4)
            self.relu = nn.ReLU()

        def forward(self, x):
            y = self.relu(self.in1(self.conv1(x)))
            y = self.relu(self.in2(self.conv2(y)))
            y = interpolate(self.res(y), scale_factor=2, mode="nearest")
            return self.out(self.relu(self.in4(self.deconv1(y))))

    return TransformerNet()
