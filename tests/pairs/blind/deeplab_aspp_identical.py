"""DeepLab head: atrous pyramid with image pooling, low-level features, bilinear upsampling."""

INPUTS = ("24x24x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def conv_bn_relu(x, n, k=1, rate=1, name=None):
        x = layers.Conv2D(n, k, dilation_rate=rate, padding="same", use_bias=False, name=f"{name}_conv")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.Activation("relu", name=f"{name}_relu")(x)

    inputs = keras.Input((24, 24, 3))
    low = conv_bn_relu(inputs, 8, 3, name="low")
    x = layers.MaxPooling2D(2, name="pool1")(low)
    x = conv_bn_relu(x, 12, 3, name="mid")
    x = layers.MaxPooling2D(2, name="pool2")(x)
    x = conv_bn_relu(x, 16, 3, name="high")
    branches = [conv_bn_relu(x, 8, 1, name="aspp_0")]
    for rate in (2, 3, 4):
        branches.append(conv_bn_relu(x, 8, 3, rate, name=f"aspp_{rate}"))
    pooled = layers.GlobalAveragePooling2D(keepdims=True, name="image_pool")(x)
    pooled = conv_bn_relu(pooled, 8, 1, name="aspp_pool")
    pooled = layers.UpSampling2D(6, interpolation="bilinear", name="image_up")(pooled)
    x = layers.Concatenate(name="aspp_cat")([*branches, pooled])
    x = conv_bn_relu(x, 8, 1, name="aspp_project")
    x = layers.Dropout(0.1, name="aspp_drop")(x)
    x = layers.UpSampling2D(4, interpolation="bilinear", name="decoder_up")(x)
    low = conv_bn_relu(low, 4, 1, name="low_project")
    x = layers.Concatenate(name="decoder_cat")([x, low])
    x = conv_bn_relu(x, 8, 3, name="decoder")
    return keras.Model(inputs, layers.Conv2D(3, 1, name="classes")(x))


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class ConvModule(nn.Module):
        """mmcv: conv - bn - activate."""

        def __init__(self, i, o, k, padding=0, dilation=1):
            super().__init__()
            self.conv = nn.Conv2d(i, o, k, padding=padding, dilation=dilation, bias=False)
            self.bn = nn.BatchNorm2d(o)
            self.activate = nn.ReLU(inplace=True)

        def forward(self, x):
            return self.activate(self.bn(self.conv(x)))

    class ASPPModule(nn.ModuleList):
        def __init__(self, dilations, i, o):
            super().__init__()
            for d in dilations:
                self.append(ConvModule(i, o, 1 if d == 1 else 3, padding=0 if d == 1 else d, dilation=d))

        def forward(self, x):
            return [each(x) for each in self]

    class DepthwiseFreeASPPHead(nn.Module):
        def __init__(self, in_channels=16, channels=8, c1_in_channels=8, c1_channels=4, num_classes=3):
            super().__init__()
            self.conv_seg = nn.Conv2d(channels, num_classes, 1)
            self.dropout = nn.Dropout(0.1)
            self.image_pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), ConvModule(in_channels, channels, 1))
            self.aspp_modules = ASPPModule((1, 2, 3, 4), in_channels, channels)
            self.bottleneck = ConvModule(5 * channels, channels, 1)
            self.c1_bottleneck = ConvModule(c1_in_channels, c1_channels, 1)
            self.sep_bottleneck = ConvModule(channels + c1_channels, channels, 3, padding=1)

        def forward(self, feats):
            low, x = feats
            size = x.shape[2:]
            pooled = F.interpolate(self.image_pool(x), size=size, mode="bilinear", align_corners=True)  # of one pixel
            outs = [*self.aspp_modules(x), pooled]
            x = self.dropout(self.bottleneck(torch.cat(outs, dim=1)))
            x = F.interpolate(x, size=low.shape[2:], mode="bilinear", align_corners=False)
            x = torch.cat([x, self.c1_bottleneck(low)], dim=1)
            return self.conv_seg(self.sep_bottleneck(x))

    class EncoderDecoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.decode_head = DepthwiseFreeASPPHead()
            self.backbone = nn.ModuleList([ConvModule(3, 8, 3, 1), ConvModule(8, 12, 3, 1), ConvModule(12, 16, 3, 1)])

        def forward(self, img):
            low = self.backbone[0](img)
            x = self.backbone[1](F.max_pool2d(low, 2))
            x = self.backbone[2](F.max_pool2d(x, 2))
            return self.decode_head((low, x))

    return EncoderDecoder()
