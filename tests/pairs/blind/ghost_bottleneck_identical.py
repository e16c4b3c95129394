"""GhostNet bottlenecks with squeeze and excitation; the stride-2 block pads by hand on the PyTorch side."""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def bn(x, name):
        return layers.BatchNormalization(name=name)(x)

    def ghost_module(x, filters, relu, name):
        primary = layers.Conv2D(filters // 2, 1, use_bias=False, name=f"{name}_primary")(x)
        primary = bn(primary, f"{name}_primary_bn")
        if relu:
            primary = layers.ReLU()(primary)
        cheap = layers.DepthwiseConv2D(3, padding="same", use_bias=False, name=f"{name}_cheap")(primary)
        cheap = bn(cheap, f"{name}_cheap_bn")
        if relu:
            cheap = layers.ReLU()(cheap)
        return layers.Concatenate(name=f"{name}_cat")([primary, cheap])

    def squeeze_excite(x, name):
        n = x.shape[-1]
        s = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_pool")(x)
        s = layers.Conv2D(n // 4, 1, activation="relu", name=f"{name}_reduce")(s)
        s = layers.Conv2D(n, 1, activation="hard_sigmoid", name=f"{name}_expand")(s)
        return layers.Multiply(name=f"{name}_scale")([x, s])

    def bottleneck(x, hidden, out, stride, se, name):
        y = ghost_module(x, hidden, True, f"{name}_ghost1")
        if stride == 2:
            y = layers.DepthwiseConv2D(3, strides=2, padding="same", use_bias=False, name=f"{name}_dw")(y)
            y = bn(y, f"{name}_dw_bn")
        if se:
            y = squeeze_excite(y, f"{name}_se")
        y = ghost_module(y, out, False, f"{name}_ghost2")
        if stride == 2 or x.shape[-1] != out:
            x = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False, name=f"{name}_sc_dw")(x)
            x = bn(x, f"{name}_sc_bn1")
            x = bn(layers.Conv2D(out, 1, use_bias=False, name=f"{name}_sc_pw")(x), f"{name}_sc_bn2")
        return layers.Add(name=f"{name}_add")([x, y])

    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name="stem")(inputs)
    x = layers.ReLU()(bn(x, "stem_bn"))
    x = bottleneck(x, 12, 8, 1, False, "b1")
    x = bottleneck(x, 16, 12, 2, True, "b2")
    x = bottleneck(x, 24, 12, 1, True, "b3")
    x = layers.GlobalAveragePooling2D(name="gap")(x)
    return keras.Model(inputs, layers.Dense(5, name="fc")(x))


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    def batch_norm(n):
        return nn.BatchNorm2d(n, eps=1e-3, momentum=0.01)

    class TFSamePad(nn.Module):
        """k=3, stride 2 on even maps: one row below, one column to the right."""

        def forward(self, x):
            return F.pad(x, (0, 1, 0, 1))

    def depthwise(n, stride):
        if stride == 1:
            return nn.Conv2d(n, n, 3, 1, 1, groups=n, bias=False)
        return nn.Sequential(TFSamePad(), nn.Conv2d(n, n, 3, 2, 0, groups=n, bias=False))

    class GhostModule(nn.Module):
        def __init__(self, inp, oup, relu=True):
            super().__init__()
            half = oup // 2
            act = nn.ReLU(inplace=True) if relu else nn.Identity()
            self.primary_conv = nn.Sequential(nn.Conv2d(inp, half, 1, bias=False), batch_norm(half), act)
            self.cheap_operation = nn.Sequential(
                nn.Conv2d(half, half, 3, 1, 1, groups=half, bias=False), batch_norm(half), act
            )

        def forward(self, x):
            x1 = self.primary_conv(x)
            return torch.cat([x1, self.cheap_operation(x1)], dim=1)

    class SqueezeExcite(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.avg_pool = nn.AdaptiveAvgPool2d(1)
            self.conv_reduce = nn.Conv2d(n, n // 4, 1)
            self.conv_expand = nn.Conv2d(n // 4, n, 1)

        def forward(self, x):
            s = self.conv_expand(F.relu(self.conv_reduce(self.avg_pool(x))))
            return x * (F.relu6(s + 3.0) / 6.0)

    class GhostBottleneck(nn.Module):
        def __init__(self, i, mid, o, stride=1, se=False):
            super().__init__()
            self.stride = stride
            self.ghost1 = GhostModule(i, mid)
            if stride > 1:
                self.conv_dw = depthwise(mid, stride)
                self.bn_dw = batch_norm(mid)
            self.se = SqueezeExcite(mid) if se else None
            self.ghost2 = GhostModule(mid, o, relu=False)
            self.shortcut = nn.Sequential()
            if i != o or stride > 1:
                self.shortcut = nn.Sequential(
                    depthwise(i, stride), batch_norm(i), nn.Conv2d(i, o, 1, bias=False), batch_norm(o)
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
        def __init__(self):
            super().__init__()
            self.pad = TFSamePad()
            self.conv_stem = nn.Conv2d(3, 8, 3, 2, 0, bias=False)
            self.bn1 = batch_norm(8)
            self.act1 = nn.ReLU(inplace=True)
            self.blocks = nn.Sequential(
                GhostBottleneck(8, 12, 8), GhostBottleneck(8, 16, 12, 2, True), GhostBottleneck(12, 24, 12, 1, True)
            )
            self.classifier = nn.Linear(12, 5)

        def forward(self, x):
            x = self.blocks(self.act1(self.bn1(self.conv_stem(self.pad(x)))))
            return self.classifier(F.adaptive_avg_pool2d(x, 1).view(x.size(0), -1))

    return GhostNet()
