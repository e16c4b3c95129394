"""Segmentation of fields from the air, in the manner of DeepLab: separable convolutions, two dilations and the mean of
the picture side by side, nearest upsampling and a shortcut from the first stage.
"""

INPUTS = ("32x32x4",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    class ConvBN(layers.Layer):
        def __init__(self, filters, kernel=3, rate=1, separable=False, **kwargs):
            super().__init__(**kwargs)
            kind = layers.SeparableConv2D if separable else layers.Conv2D
            self.conv = kind(filters, kernel, dilation_rate=rate, padding="same", use_bias=False, name="conv")
            self.bn = layers.BatchNormalization(momentum=0.95, epsilon=1e-5, name="bn")

        def build(self, shape):
            self.conv.build(shape)
            self.bn.build(self.conv.compute_output_shape(shape))

        def call(self, x, training=None):
            return keras.activations.relu(self.bn(self.conv(x), training=training))

    class FieldNet(keras.Model):
        def __init__(self):
            super().__init__(name="field_net")
            self.stem = ConvBN(12, name="stem")
            self.down = [ConvBN(16, separable=True, name="down_0"), ConvBN(24, separable=True, name="down_1")]
            self.pool = layers.MaxPooling2D(2, name="halve")
            self.branches = [ConvBN(12, 1, name="aspp_1x1")]
            self.branches += [ConvBN(12, 3, rate, name=f"aspp_rate_{rate}") for rate in (2, 4)]
            self.mean = layers.GlobalAveragePooling2D(keepdims=True, name="mean")
            self.mean_conv = layers.Conv2D(12, 1, activation="relu", name="mean_conv")
            self.mean_up = layers.UpSampling2D(8, name="mean_up")
            self.merge = layers.Concatenate(name="merge")
            self.project = ConvBN(16, 1, name="project")
            self.up = layers.UpSampling2D(4, name="up")
            self.skip = ConvBN(6, 1, name="skip")
            self.join = layers.Concatenate(name="join")
            self.last = layers.Conv2D(5, 3, padding="same", name="classes")

        def call(self, image, training=None):
            low = x = self.stem(image, training=training)
            for stage in self.down:
                x = self.pool(stage(x, training=training))
            parts = [branch(x, training=training) for branch in self.branches]
            parts.append(self.mean_up(self.mean_conv(self.mean(x))))
            x = self.up(self.project(self.merge(parts), training=training))
            return self.last(self.join([x, self.skip(low, training=training)]))

    image = keras.Input((32, 32, 4))
    net = FieldNet()
    net(image)
    return net


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def conv_bn(inp, out, kernel=3, dilation=1):
        return nn.Sequential(
            nn.Conv2d(inp, out, kernel, padding=dilation * (kernel // 2), dilation=dilation, bias=False),
            nn.BatchNorm2d(out, momentum=0.05),
            nn.ReLU(inplace=True),
        )

    def separable(inp, out):
        return nn.Sequential(
            nn.Conv2d(inp, inp, 3, padding=1, groups=inp, bias=False),
            nn.Conv2d(inp, out, 1, bias=False),
            nn.BatchNorm2d(out, momentum=0.05),
            nn.ReLU(inplace=True),
        )

    class ASPP(nn.Module):
        def __init__(self, inp, width, rates, out):
            super().__init__()
            self.pooling = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(inp, width, 1), nn.ReLU())
            self.convs = nn.ModuleList([conv_bn(inp, width, 1), *[conv_bn(inp, width, 3, rate) for rate in rates]])
            self.project = conv_bn(width * (len(rates) + 2), out, 1)

        def forward(self, x):
            context = self.pooling(x).expand(-1, -1, *x.shape[-2:])
            return self.project(torch.cat([*(conv(x) for conv in self.convs), context], dim=1))

    class DeepLab(nn.Module):
        def __init__(self, num_classes=5):
            super().__init__()
            self.layer0 = conv_bn(4, 12)
            self.backbone = nn.Sequential(separable(12, 16), nn.MaxPool2d(2), separable(16, 24), nn.MaxPool2d(2))
            self.aspp = ASPP(24, 12, (2, 4), 16)
            self.low_level = conv_bn(12, 6, 1)
            self.classifier = nn.Conv2d(22, num_classes, 3, padding=1)

        def forward(self, x):
            low = self.layer0(x)
            x = F.interpolate(self.aspp(self.backbone(low)), size=low.shape[-2:], mode="nearest")
            return self.classifier(torch.cat([x, self.low_level(low)], dim=1))

    return DeepLab()
