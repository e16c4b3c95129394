"""ShuffleNet V2 units: half of the channels pass by, the other half goes through the branch. One unit with
stride 2 comes first.
"""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["split-order", "wiring-other"],
            "keras": ["unit_*_split", "unit_*_pw1", "unit_*_join", "unit_*_shuffle"],
            "torch": ["chunk*", "getitem*", "units.*.branch.0", "units.*", "units.0.branch.*", "cat*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    def conv_bn(x, width, name, relu=True):
        x = layers.Conv2D(width, 1, use_bias=False, name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.ReLU(name=f"{name}_relu")(x) if relu else x

    def depthwise_bn(x, strides, name):
        x = layers.ZeroPadding2D(1)(x)
        x = layers.DepthwiseConv2D(3, strides=strides, use_bias=False, name=name)(x)
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)

    class Shuffle(layers.Layer):
        def call(self, x):
            _, h, w, c = x.shape
            x = ops.transpose(ops.reshape(x, (-1, h, w, 2, c // 2)), (0, 1, 2, 4, 3))
            return ops.reshape(x, (-1, h, w, c))

    image = keras.Input((16, 16, 3))
    x = conv_bn(image, 12, "stem")
    a = conv_bn(depthwise_bn(x, 2, "down_left_dw"), 12, "down_left_pw")
    b = conv_bn(x, 12, "down_right_pw1")
    b = conv_bn(depthwise_bn(b, 2, "down_right_dw"), 12, "down_right_pw2")
    x = Shuffle(name="down_shuffle")(layers.Concatenate(name="down_join")([a, b]))
    for i in range(2):
        keep, work = layers.Lambda(lambda t: ops.split(t, 2, axis=-1), name=f"unit_{i}_split")(x)
        work = conv_bn(work, 12, f"unit_{i}_pw1")
        work = conv_bn(depthwise_bn(work, 1, f"unit_{i}_dw"), 12, f"unit_{i}_pw2")
        x = layers.Concatenate(name=f"unit_{i}_join")([keep, work])
        x = Shuffle(name=f"unit_{i}_shuffle")(x)
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    return keras.Model(image, layers.Dense(5, name="classes")(x))


def torch_model():
    import torch
    from torch import nn

    def pw(i, o):
        return [nn.Conv2d(i, o, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True)]

    def dw(c, stride):
        return [nn.Conv2d(c, c, 3, stride, 1, groups=c, bias=False), nn.BatchNorm2d(c)]

    def channel_shuffle(x, groups=2):
        n, c, h, w = x.size()
        return x.view(n, groups, c // groups, h, w).transpose(1, 2).contiguous().view(n, -1, h, w)

    class Down(nn.Module):
        def __init__(self, c):
            super().__init__()
            self.branch1 = nn.Sequential(*dw(c, 2), *pw(c, c))
            self.branch2 = nn.Sequential(*pw(c, c), *dw(c, 2), *pw(c, c))

        def forward(self, x):
            return channel_shuffle(torch.cat((self.branch1(x), self.branch2(x)), dim=1))

    class Unit(nn.Module):
        def __init__(self, c):
            super().__init__()
            self.branch = nn.Sequential(*pw(c, c), *dw(c, 1), *pw(c, c))

        def forward(self, x):
            x1, x2 = x.chunk(2, dim=1)
            return channel_shuffle(torch.cat((x2, self.branch(x1)), dim=1))

    class ShuffleNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Sequential(*pw(3, 12))
            self.down = Down(12)
            self.units = nn.Sequential(Unit(12), Unit(12))
            self.fc = nn.Linear(24, 5)

        def forward(self, x):
            return self.fc(self.units(self.down(self.conv1(x))).mean([2, 3]))

    return ShuffleNet()
