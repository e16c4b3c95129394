"""DeepLabV3 head on a small encoder: I joined the branches of the ASPP in the order in which I wrote them, with image
pooling first; the PyTorch code appends pooling last, and the projection mixes other channels.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["concat-order"],
            "keras": ["aspp_join", "aspp_project"],
            "torch": ["aspp", "aspp.project*", "aspp.cat*", "cat*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def conv_block(x, filters, kernel_size, name, **kwargs):
        x = layers.Conv2D(filters, kernel_size, padding="same", use_bias=False, name=name, **kwargs)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.ReLU(name=f"{name}_relu")(x)

    image = keras.Input((32, 32, 3))
    x = layers.ZeroPadding2D(1)(image)
    x = layers.Conv2D(16, 3, strides=2, use_bias=False, name="entry")(x)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="entry_bn")(x))
    x = layers.MaxPooling2D(2)(x)
    x = conv_block(x, 32, 3, "middle")

    pooled = layers.GlobalAveragePooling2D(keepdims=True, name="aspp_mean")(x)
    pooled = conv_block(pooled, 16, 1, "aspp_image")
    pooled = layers.UpSampling2D(x.shape[1:3], name="aspp_spread")(pooled)
    branches = [pooled, conv_block(x, 16, 1, "aspp_point")]
    branches += [conv_block(x, 16, 3, f"aspp_rate{rate}", dilation_rate=rate) for rate in (2, 3, 4)]
    x = layers.Concatenate(name="aspp_join")(branches)
    x = conv_block(x, 24, 1, "aspp_project")
    x = layers.Dropout(0.5)(x)
    x = conv_block(x, 24, 3, "head")
    x = layers.Conv2D(5, 1, name="classes")(x)
    return keras.Model(image, layers.UpSampling2D(4, name="full_size")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def cbr(inp, out, k=1, dilation=1, stride=1):
        padding = dilation if k == 3 else 0
        return nn.Sequential(
            nn.Conv2d(inp, out, k, stride, padding, dilation, bias=False), nn.BatchNorm2d(out), nn.ReLU()
        )

    class ASPPPooling(nn.Sequential):
        def forward(self, x):
            size = x.shape[-2:]
            for mod in self:
                x = mod(x)
            return F.interpolate(x, size=size, mode="nearest")

    class ASPP(nn.Module):
        def __init__(self, in_channels, rates, out_channels=16):
            super().__init__()
            modules = [cbr(in_channels, out_channels)]
            modules += [cbr(in_channels, out_channels, 3, rate) for rate in rates]
            modules.append(ASPPPooling(nn.AdaptiveAvgPool2d(1), *cbr(in_channels, out_channels)))
            self.convs = nn.ModuleList(modules)
            self.project = nn.Sequential(*cbr(len(modules) * out_channels, 24), nn.Dropout(0.5))

        def forward(self, x):
            return self.project(torch.cat([conv(x) for conv in self.convs], dim=1))

    class DeepLab(nn.Module):
        def __init__(self):
            super().__init__()
            self.backbone = nn.Sequential(cbr(3, 16, 3, stride=2), nn.MaxPool2d(2), cbr(16, 32, 3))
            self.aspp = ASPP(32, (2, 3, 4))
            self.classifier = nn.Sequential(*cbr(24, 24, 3), nn.Conv2d(24, 5, 1))

        def forward(self, x):
            y = self.classifier(self.aspp(self.backbone(x)))
            return F.interpolate(y, scale_factor=4)

    return DeepLab()
