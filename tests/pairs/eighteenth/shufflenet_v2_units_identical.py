"""ShuffleNet V2 units written twice: chunk, concatenate and a view with transposed groups in PyTorch; split and a
five-dimensional Reshape with Permute in Keras.
"""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    def conv_bn(x, width, name, relu=True, kernel=1, strides=1):
        x = layers.Conv2D(width, kernel, strides=strides, use_bias=False, name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.ReLU(name=f"{name}_relu")(x) if relu else x

    def depthwise_bn(x, strides, name):
        x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
        x = layers.DepthwiseConv2D(3, strides=strides, use_bias=False, name=name)(x)
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)

    def shuffle(x, name):
        _, rows, columns, width = x.shape
        x = layers.Reshape((rows, columns, 2, width // 2), name=f"{name}_groups")(x)
        x = layers.Permute((1, 2, 4, 3), name=f"{name}_exchange")(x)
        return layers.Reshape((rows, columns, width), name=f"{name}_join")(x)

    def unit(x, width, name):
        kept, y = ops.split(x, 2, axis=-1)
        y = conv_bn(y, width // 2, f"{name}_pw1")
        y = depthwise_bn(y, 1, f"{name}_dw")
        y = conv_bn(y, width // 2, f"{name}_pw2")
        return shuffle(layers.Concatenate(name=f"{name}_cat")([kept, y]), f"{name}_shuffle")

    def down(x, width, name):
        left = depthwise_bn(x, 2, f"{name}_left_dw")
        left = conv_bn(left, width // 2, f"{name}_left_pw")
        right = conv_bn(x, width // 2, f"{name}_pw1")
        right = depthwise_bn(right, 2, f"{name}_dw")
        right = conv_bn(right, width // 2, f"{name}_pw2")
        return shuffle(layers.Concatenate(name=f"{name}_cat")([left, right]), f"{name}_shuffle")

    image = keras.Input((32, 32, 3))
    x = layers.ZeroPadding2D(1)(image)
    x = conv_bn(x, 12, "stem", kernel=3, strides=2)
    x = layers.MaxPooling2D(3, 2, name="stem_pool")(layers.ZeroPadding2D(1)(x))
    for stage, width in enumerate((24, 40), 2):
        x = down(x, width, f"stage{stage}_0")
        x = unit(x, width, f"stage{stage}_1")
    x = conv_bn(x, 48, "conv5")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(5, name="fc")(x))


def torch_model():
    import torch
    from torch import nn

    def channel_shuffle(x, groups):
        b, c, h, w = x.size()
        return x.view(b, groups, c // groups, h, w).transpose(1, 2).contiguous().view(b, c, h, w)

    def pointwise(width_in, width_out):
        return [nn.Conv2d(width_in, width_out, 1, bias=False), nn.BatchNorm2d(width_out), nn.ReLU(inplace=True)]

    def depthwise(width, stride):
        return [nn.Conv2d(width, width, 3, stride, 1, groups=width, bias=False), nn.BatchNorm2d(width)]

    class InvertedResidual(nn.Module):
        def __init__(self, inp, oup, stride):
            super().__init__()
            half = oup // 2
            self.stride = stride
            self.branch1 = (
                nn.Sequential(*depthwise(inp, stride), *pointwise(inp, half)) if stride > 1 else nn.Sequential()
            )
            self.branch2 = nn.Sequential(
                *pointwise(inp if stride > 1 else half, half), *depthwise(half, stride), *pointwise(half, half)
            )

        def forward(self, x):
            if self.stride == 1:
                x1, x2 = x.chunk(2, dim=1)
                out = torch.cat((x1, self.branch2(x2)), dim=1)
            else:
                out = torch.cat((self.branch1(x), self.branch2(x)), dim=1)
            return channel_shuffle(out, 2)

    class ShuffleNetV2(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Sequential(nn.Conv2d(3, 12, 3, 2, 1, bias=False), nn.BatchNorm2d(12), nn.ReLU(inplace=True))
            self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
            self.stage2 = nn.Sequential(InvertedResidual(12, 24, 2), InvertedResidual(24, 24, 1))
            self.stage3 = nn.Sequential(InvertedResidual(24, 40, 2), InvertedResidual(40, 40, 1))
            self.conv5 = nn.Sequential(*pointwise(40, 48))
            self.fc = nn.Linear(48, 5)

        def forward(self, x):
            x = self.maxpool(self.conv1(x))
            x = self.conv5(self.stage3(self.stage2(x)))
            return self.fc(x.mean([2, 3]))

    return ShuffleNetV2()
