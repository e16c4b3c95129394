"""MobileNetV2 blocks, shrunk. On the PyTorch side one ConvBNReLU helper makes all three convolutions of a block."""

INPUTS = ("24x24x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["block_*_project_bn", "block_*_project", "block_*_add", "block_2_expand", "last_conv"],
            "torch": ["features.[12].conv.2", "add*", "features.2.conv.0", "features.3.0"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def bn(x, name):
        return layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name=name)(x)

    def inverted_res_block(inputs, expansion, stride, filters, prefix):
        in_channels = inputs.shape[-1]
        x = layers.Conv2D(expansion * in_channels, 1, use_bias=False, name=prefix + "expand")(inputs)
        x = layers.ReLU(6.0, name=prefix + "expand_relu")(bn(x, prefix + "expand_bn"))
        x = layers.ZeroPadding2D(1, name=prefix + "pad")(x)
        x = layers.DepthwiseConv2D(3, strides=stride, use_bias=False, name=prefix + "depthwise")(x)
        x = layers.ReLU(6.0, name=prefix + "depthwise_relu")(bn(x, prefix + "depthwise_bn"))
        x = layers.Conv2D(filters, 1, use_bias=False, activation=None, name=prefix + "project")(x)
        x = bn(x, prefix + "project_bn")
        return layers.Add(name=prefix + "add")([inputs, x]) if in_channels == filters and stride == 1 else x

    image = keras.Input((24, 24, 3))
    x = layers.Conv2D(8, 3, padding="same", use_bias=False, name="stem")(image)
    x = layers.ReLU(6.0, name="stem_relu")(bn(x, "stem_bn"))
    x = inverted_res_block(x, 3, 2, 12, "block_1_")
    x = inverted_res_block(x, 2, 1, 12, "block_2_")
    x = layers.Conv2D(20, 1, use_bias=False, name="last_conv")(x)
    x = layers.ReLU(6.0, name="last_relu")(bn(x, "last_bn"))
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(image, layers.Dense(6, name="logits")(x))


def torch_model():
    from torch import nn

    class ConvBNReLU(nn.Sequential):
        def __init__(self, in_planes, out_planes, kernel_size=3, stride=1, groups=1):
            padding = (kernel_size - 1) // 2
            super().__init__(
                nn.Conv2d(in_planes, out_planes, kernel_size, stride, padding, groups=groups, bias=False),
                nn.BatchNorm2d(out_planes),
                nn.ReLU6(inplace=True),
            )

    class InvertedResidual(nn.Module):
        def __init__(self, inp, oup, stride, expand_ratio):
            super().__init__()
            hidden_dim = inp * expand_ratio
            self.use_res_connect = stride == 1 and inp == oup
            self.conv = nn.Sequential(
                ConvBNReLU(inp, hidden_dim, kernel_size=1),
                ConvBNReLU(hidden_dim, hidden_dim, stride=stride, groups=hidden_dim),
                ConvBNReLU(hidden_dim, oup, kernel_size=1),
            )

        def forward(self, x):
            return x + self.conv(x) if self.use_res_connect else self.conv(x)

    class MobileNetV2(nn.Module):
        def __init__(self):
            super().__init__()
            blocks = [InvertedResidual(8, 12, 2, 3), InvertedResidual(12, 12, 1, 2)]
            self.features = nn.Sequential(ConvBNReLU(3, 8), *blocks, ConvBNReLU(12, 20, kernel_size=1))
            self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(20, 6))

        def forward(self, x):
            return self.classifier(self.features(x).mean([2, 3]))

    return MobileNetV2()
