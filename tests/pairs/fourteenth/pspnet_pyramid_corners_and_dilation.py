"""PSPNet port with a dilated little ResNet: the mean IoU drops by some points after the move, and neither the
backbone nor the pyramid gives quite what the original gave.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["dilation-other"],
            "keras": ["res3_conv2"],
            "torch": ["layer3.conv2"],
        },
        {
            "rules": ["resize-align-corners"],
            "keras": ["psp_up_*", "upsample", "psp_join"],
            "torch": ["interpolate*", "upsample*", "ppm", "ppm.*", "cat*", ""],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    def conv_bn(x, filters, size, name, strides=1, act=True):
        x = layers.Conv2D(filters, size, strides, padding="same", use_bias=False, name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name + "_bn")(x)
        return layers.ReLU(name=name + "_relu")(x) if act else x

    def block(x, filters, name):
        y = conv_bn(x, filters, 3, name + "_conv1")
        y = conv_bn(y, filters, 3, name + "_conv2", act=False)
        return layers.ReLU(name=name + "_out")(layers.Add(name=name + "_add")([x, y]))

    image = keras.Input((32, 32, 3))
    x = conv_bn(image, 8, 3, "stem")
    x = layers.MaxPooling2D(name="stem_pool")(x)
    x = conv_bn(x, 16, 1, "widen")
    x = block(x, 16, "res2")
    x = layers.MaxPooling2D(name="pool")(x)
    x = block(x, 16, "res3")

    pyramid = [x]
    for bins in (1, 2, 4):
        p = layers.AveragePooling2D(8 // bins, name=f"psp_pool_{bins}")(x)
        p = conv_bn(p, 4, 1, f"psp_{bins}")
        pyramid.append(layers.UpSampling2D(8 // bins, interpolation="bilinear", name=f"psp_up_{bins}")(p))
    x = layers.Concatenate(name="psp_join")(pyramid)
    x = conv_bn(x, 16, 3, "final")
    x = layers.Conv2D(4, 1, name="classes")(x)
    return keras.Model(image, layers.UpSampling2D(4, interpolation="bilinear", name="upsample")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class BasicBlock(nn.Module):
        def __init__(self, planes, dilation=1):
            super().__init__()
            self.conv1 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(planes)
            self.conv2 = nn.Conv2d(planes, planes, 3, padding=dilation, dilation=dilation, bias=False)
            self.bn2 = nn.BatchNorm2d(planes)

        def forward(self, x):
            out = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(out)) + x)

    def cbr(cin, cout, k):
        return nn.Sequential(nn.Conv2d(cin, cout, k, padding=k // 2, bias=False), nn.BatchNorm2d(cout), nn.ReLU())

    class PPM(nn.Module):
        def __init__(self, in_dim, reduction_dim, bins):
            super().__init__()
            self.features = nn.ModuleList(
                nn.Sequential(nn.AdaptiveAvgPool2d(b), *cbr(in_dim, reduction_dim, 1)) for b in bins
            )

        def forward(self, x):
            out = [x]
            for f in self.features:
                out.append(F.interpolate(f(x), x.shape[2:], mode="bilinear", align_corners=True))
            return torch.cat(out, 1)

    class PSPNet(nn.Module):
        def __init__(self, classes=4):
            super().__init__()
            self.layer0 = nn.Sequential(*cbr(3, 8, 3), nn.MaxPool2d(2), *cbr(8, 16, 1))
            self.layer2 = BasicBlock(16)
            self.layer3 = BasicBlock(16, dilation=2)
            self.ppm = PPM(16, 4, (1, 2, 4))
            self.cls = nn.Sequential(*cbr(28, 16, 3), nn.Conv2d(16, classes, 1))

        def forward(self, x):
            h, w = x.shape[2:]
            x = F.max_pool2d(self.layer2(self.layer0(x)), 2)
            x = self.cls(self.ppm(self.layer3(x)))
            return F.interpolate(x, size=(h, w), mode="bilinear", align_corners=True)

    return PSPNet()
