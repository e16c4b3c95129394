"""YOLO neck with SPPF and two detection levels: the port copied momentum=0.03 from nn.BatchNorm2d into Keras, and joins
the backbone map in front of the upsampled one.
"""

INPUTS = ("64x64x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-momentum"],
            "keras": ["*_bn"],
            "torch": ["*.bn"],
            "visible": False,
        },
        {
            "rules": ["concat-order", "wiring-other"],
            "keras": ["join_up", "neck_up"],
            "torch": ["cat*", "head_p3", "head_p3.*", ""],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    def conv(x, filters, size, stride=1, *, name):
        if size > 1:
            x = layers.ZeroPadding2D(size // 2, name=f"{name}_pad")(x)
        x = layers.Conv2D(filters, size, strides=stride, use_bias=False, name=name)(x)
        x = layers.BatchNormalization(momentum=0.03, epsilon=1e-3, name=f"{name}_bn")(x)
        return layers.Activation("silu", name=f"{name}_act")(x)

    def bottleneck(x, name):
        y = conv(conv(x, x.shape[-1] // 2, 1, name=f"{name}_1"), x.shape[-1], 3, name=f"{name}_2")
        return layers.Add(name=f"{name}_add")([x, y])

    image = keras.Input((64, 64, 3))
    x = conv(image, 8, 3, 2, name="stem")
    x = bottleneck(conv(x, 16, 3, 2, name="down_1"), "res_1")
    p3 = bottleneck(conv(x, 24, 3, 2, name="down_2"), "res_2")
    x = conv(p3, 32, 3, 2, name="down_3")
    x = conv(x, 16, 1, name="sppf_in")
    pools = [x]
    for i in range(3):
        pools.append(layers.MaxPooling2D(5, 1, padding="same", name=f"sppf_pool_{i}")(pools[-1]))
    p4 = conv(layers.Concatenate(name="sppf_join")(pools), 32, 1, name="sppf_out")
    up = layers.UpSampling2D(2, name="up")(conv(p4, 24, 1, name="lateral"))
    p3 = conv(layers.Concatenate(name="join_up")([p3, up]), 24, 3, name="neck_up")
    down = conv(p3, 24, 3, 2, name="neck_stride")
    p4 = conv(layers.Concatenate(name="join_down")([down, p4]), 32, 3, name="neck_down")
    return keras.Model(image, [layers.Conv2D(18, 1, name="detect_p3")(p3), layers.Conv2D(18, 1, name="detect_p4")(p4)])


def torch_model():
    import torch
    from torch import nn

    def autopad(k):
        return k // 2

    class Conv(nn.Module):
        def __init__(self, c1, c2, k=1, s=1):
            super().__init__()
            self.conv = nn.Conv2d(c1, c2, k, s, autopad(k), bias=False)
            self.bn = nn.BatchNorm2d(c2, eps=1e-3, momentum=0.03)
            self.act = nn.SiLU(inplace=True)

        def forward(self, x):
            return self.act(self.bn(self.conv(x)))

    class Bottleneck(nn.Module):
        def __init__(self, c):
            super().__init__()
            self.cv1 = Conv(c, c // 2, 1)
            self.cv2 = Conv(c // 2, c, 3)

        def forward(self, x):
            return x + self.cv2(self.cv1(x))

    class SPPF(nn.Module):
        def __init__(self, c1, c2, k=5):
            super().__init__()
            self.cv1 = Conv(c1, c1 // 2)
            self.cv2 = Conv(c1 // 2 * 4, c2)
            self.m = nn.MaxPool2d(kernel_size=k, stride=1, padding=k // 2)

        def forward(self, x):
            x = self.cv1(x)
            y1 = self.m(x)
            y2 = self.m(y1)
            return self.cv2(torch.cat((x, y1, y2, self.m(y2)), 1))

    class Detector(nn.Module):
        def __init__(self, no=18):
            super().__init__()
            self.backbone_p3 = nn.Sequential(
                Conv(3, 8, 3, 2), Conv(8, 16, 3, 2), Bottleneck(16), Conv(16, 24, 3, 2), Bottleneck(24)
            )
            self.backbone_p4 = nn.Sequential(Conv(24, 32, 3, 2), SPPF(32, 32))
            self.lateral = Conv(32, 24)
            self.upsample = nn.Upsample(scale_factor=2, mode="nearest")
            self.head_p3 = Conv(48, 24, 3)
            self.down = Conv(24, 24, 3, 2)
            self.head_p4 = Conv(56, 32, 3)
            self.m = nn.ModuleList(nn.Conv2d(c, no, 1) for c in (24, 32))

        def forward(self, x):
            c3 = self.backbone_p3(x)
            c4 = self.backbone_p4(c3)
            p3 = self.head_p3(torch.cat([self.upsample(self.lateral(c4)), c3], 1))
            p4 = self.head_p4(torch.cat([self.down(p3), c4], 1))
            return [m(p) for m, p in zip(self.m, (p3, p4), strict=True)]

    return Detector()
