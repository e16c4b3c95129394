"""GhostNet classifier with squeeze and excitation, ready to train: SGD with Nesterov momentum in PyTorch, the Keras
port left the switch at its default.
"""

INPUTS = ("32x32x3",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["optimizer-nesterov"],
            "keras": ["optimizer"],
            "torch": ["optimizer"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def bn(x, name):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)

    def ghost_module(x, filters, name, relu=True):
        half = filters // 2
        x = bn(layers.Conv2D(half, 1, use_bias=False, name=f"{name}_primary")(x), f"{name}_primary")
        if relu:
            x = layers.ReLU(name=f"{name}_primary_relu")(x)
        y = layers.DepthwiseConv2D(3, padding="same", use_bias=False, name=f"{name}_cheap")(x)
        y = bn(y, f"{name}_cheap")
        if relu:
            y = layers.ReLU(name=f"{name}_cheap_relu")(y)
        return layers.Concatenate(name=f"{name}_cat")([x, y])

    def squeeze_excite(x, name):
        width = x.shape[-1]
        s = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_pool")(x)
        s = layers.Conv2D(width // 4, 1, activation="relu", name=f"{name}_reduce")(s)
        s = layers.Conv2D(width, 1, activation="hard_sigmoid", name=f"{name}_expand")(s)
        return layers.Multiply(name=f"{name}_scale")([x, s])

    def ghost_bottleneck(x, hidden, filters, stride, name, se=False):
        y = ghost_module(x, hidden, f"{name}_ghost1")
        if stride > 1:
            y = layers.ZeroPadding2D(1, name=f"{name}_pad")(y)
            y = layers.DepthwiseConv2D(3, strides=stride, use_bias=False, name=f"{name}_dw")(y)
            y = bn(y, f"{name}_dw")
        if se:
            y = squeeze_excite(y, f"{name}_se")
        y = ghost_module(y, filters, f"{name}_ghost2", relu=False)
        if stride > 1 or x.shape[-1] != filters:
            x = layers.ZeroPadding2D(1, name=f"{name}_short_pad")(x)
            x = layers.DepthwiseConv2D(3, strides=stride, use_bias=False, name=f"{name}_short_dw")(x)
            x = bn(x, f"{name}_short_dw")
            x = bn(layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_short_pw")(x), f"{name}_short_pw")
        return layers.Add(name=f"{name}_add")([y, x])

    image = keras.Input((32, 32, 3))
    x = layers.ZeroPadding2D(1, name="stem_pad")(image)
    x = layers.ReLU(name="stem_relu")(bn(layers.Conv2D(8, 3, 2, use_bias=False, name="stem")(x), "stem"))
    x = ghost_bottleneck(x, 8, 8, 1, "block0")
    x = ghost_bottleneck(x, 24, 16, 2, "block1", se=True)
    x = ghost_bottleneck(x, 32, 16, 1, "block2", se=True)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    model = keras.Model(image, layers.Dense(10, name="classes")(x))
    optimizer = keras.optimizers.SGD(learning_rate=0.05, momentum=0.9)
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class SqueezeExcite(nn.Module):
        def __init__(self, in_chs, se_ratio=0.25):
            super().__init__()
            reduced_chs = int(in_chs * se_ratio)
            self.avg_pool = nn.AdaptiveAvgPool2d(1)
            self.conv_reduce = nn.Conv2d(in_chs, reduced_chs, 1)
            self.act1 = nn.ReLU(inplace=True)
            self.conv_expand = nn.Conv2d(reduced_chs, in_chs, 1)

        def forward(self, x):
            x_se = self.conv_expand(self.act1(self.conv_reduce(self.avg_pool(x))))
            return x * (F.relu6(x_se + 3.0) / 6.0)

    class GhostModule(nn.Module):
        def __init__(self, inp, oup, relu=True):
            super().__init__()
            init_channels = oup // 2
            act = nn.ReLU if relu else nn.Identity
            self.primary_conv = nn.Sequential(
                nn.Conv2d(inp, init_channels, 1, bias=False), nn.BatchNorm2d(init_channels), act()
            )
            self.cheap_operation = nn.Sequential(
                nn.Conv2d(init_channels, init_channels, 3, 1, 1, groups=init_channels, bias=False),
                nn.BatchNorm2d(init_channels),
                act(),
            )

        def forward(self, x):
            x1 = self.primary_conv(x)
            return torch.cat([x1, self.cheap_operation(x1)], dim=1)

    class GhostBottleneck(nn.Module):
        def __init__(self, in_chs, mid_chs, out_chs, stride=1, se=False):
            super().__init__()
            self.stride = stride
            self.ghost1 = GhostModule(in_chs, mid_chs)
            if stride > 1:
                self.conv_dw = nn.Conv2d(mid_chs, mid_chs, 3, stride=stride, padding=1, groups=mid_chs, bias=False)
                self.bn_dw = nn.BatchNorm2d(mid_chs)
            self.se = SqueezeExcite(mid_chs) if se else None
            self.ghost2 = GhostModule(mid_chs, out_chs, relu=False)
            if in_chs == out_chs and stride == 1:
                self.shortcut = nn.Sequential()
            else:
                self.shortcut = nn.Sequential(
                    nn.Conv2d(in_chs, in_chs, 3, stride=stride, padding=1, groups=in_chs, bias=False),
                    nn.BatchNorm2d(in_chs),
                    nn.Conv2d(in_chs, out_chs, 1, bias=False),
                    nn.BatchNorm2d(out_chs),
                )

        def forward(self, x):
            residual = x
            x = self.ghost1(x)
            if self.stride > 1:
                x = self.bn_dw(self.conv_dw(x))
            if self.se is not None:
                x = self.se(x)
            x = self.ghost2(x)
            x += self.shortcut(residual)
            return x

    class GhostNet(nn.Module):
        def __init__(self, num_classes=10):
            super().__init__()
            self.conv_stem = nn.Conv2d(3, 8, 3, 2, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(8)
            self.blocks = nn.Sequential(
                GhostBottleneck(8, 8, 8), GhostBottleneck(8, 24, 16, 2, se=True), GhostBottleneck(16, 32, 16, se=True)
            )
            self.global_pool = nn.AdaptiveAvgPool2d((1, 1))
            self.classifier = nn.Linear(16, num_classes)

        def forward(self, x):
            x = self.blocks(F.relu(self.bn1(self.conv_stem(x))))
            return self.classifier(self.global_pool(x).flatten(1))

    model = GhostNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    return model, optimizer, nn.CrossEntropyLoss()
