"""ShuffleNet V2 units: Keras joins and shuffles with a reshape over the last axis, PyTorch stacks the two branches
and flattens, which is the same order of channels.
"""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class ChannelShuffle(layers.Layer):
        def __init__(self, groups, **kwargs):
            super().__init__(**kwargs)
            self.groups = groups

        def call(self, x):
            _, h, w, c = x.shape
            x = ops.reshape(x, (-1, h, w, self.groups, c // self.groups))
            return ops.reshape(ops.transpose(x, (0, 1, 2, 4, 3)), (-1, h, w, c))

    def bn(x, name):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name)(x)

    def pointwise(x, width, name):
        x = layers.Conv2D(width, 1, use_bias=False, name=name)(x)
        return layers.ReLU(name=f"{name}_relu")(bn(x, f"{name}_bn"))

    def depthwise(x, stride, name):
        if stride == 2:
            x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
        border = "valid" if stride == 2 else "same"
        x = layers.DepthwiseConv2D(3, strides=stride, padding=border, use_bias=False, name=name)(x)
        return bn(x, f"{name}_bn")

    def unit(x, width, stride, name):
        half = width // 2
        if stride == 2:
            side = pointwise(depthwise(x, 2, f"{name}_side_dw"), half, f"{name}_side_pw")
        else:
            side, x = x[..., :half], x[..., half:]
        x = pointwise(x, half, f"{name}_pw1")
        x = pointwise(depthwise(x, stride, f"{name}_dw"), half, f"{name}_pw2")
        x = layers.Concatenate(name=f"{name}_join")([side, x])
        return ChannelShuffle(2, name=f"{name}_shuffle")(x)

    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(8, 3, padding="same", use_bias=False, name="stem")(image)
    x = layers.ReLU(name="stem_relu")(bn(x, "stem_bn"))
    x = unit(x, 16, 2, "a")
    x = unit(x, 16, 1, "b")
    x = unit(x, 32, 2, "c")
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    return keras.Model(image, layers.Dense(10, name="classes")(x))


def torch_model():
    import torch
    from torch import nn

    def conv_bn(cin, cout, k, s=1, groups=1, relu=True):
        found = [nn.Conv2d(cin, cout, k, s, k // 2, groups=groups, bias=False), nn.BatchNorm2d(cout)]
        return found + ([nn.ReLU(inplace=True)] if relu else [])

    class InvertedResidual(nn.Module):
        def __init__(self, inp, oup, stride):
            super().__init__()
            half = oup // 2
            self.stride = stride
            if stride == 2:
                self.branch1 = nn.Sequential(*conv_bn(inp, inp, 3, 2, inp, relu=False), *conv_bn(inp, half, 1))
            self.branch2 = nn.Sequential(
                *conv_bn(inp if stride == 2 else half, half, 1),
                *conv_bn(half, half, 3, stride, half, relu=False),
                *conv_bn(half, half, 1),
            )

        def forward(self, x):
            if self.stride == 2:
                x1, x2 = self.branch1(x), x
            else:
                x1, x2 = x.chunk(2, dim=1)
            return torch.stack([x1, self.branch2(x2)], dim=2).flatten(1, 2)

    class ShuffleNetV2(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Sequential(*conv_bn(3, 8, 3))
            self.stages = nn.Sequential(
                InvertedResidual(8, 16, 2), InvertedResidual(16, 16, 1), InvertedResidual(16, 32, 2)
            )
            self.fc = nn.Linear(32, 10)

        def forward(self, x):
            return self.fc(self.stages(self.conv1(x)).mean([2, 3]))

    return ShuffleNetV2()
