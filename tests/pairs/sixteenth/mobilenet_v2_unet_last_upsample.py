"""Segmentation after the well-known tutorial: a U-Net on a small MobileNetV2; every feature map of the encoder agrees
with mine, yet the mask of the PyTorch port seems shifted by about a pixel.
"""

LIBRARIES = ("keras.applications",)
INPUTS = ("48x48x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["transpose-conv-same", "transpose-conv-output-padding"],
            "keras": ["mask"],
            "torch": ["last"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def upsample(filters, size, name):
        block = keras.Sequential(name=name)
        block.add(layers.Conv2DTranspose(filters, size, strides=2, padding="same", use_bias=False))
        block.add(layers.BatchNormalization())
        block.add(layers.ReLU())
        return block

    base = keras.applications.MobileNetV2(input_shape=(48, 48, 3), alpha=0.35, include_top=False, weights=None)
    names = ("block_1_expand_relu", "block_3_expand_relu", "block_6_project_BN")
    down_stack = keras.Model(base.input, [base.get_layer(name).output for name in names], name="down_stack")
    image = keras.Input((48, 48, 3))
    half, quarter, x = down_stack(image)
    x = upsample(24, 4, "up_eighth")(x)
    x = upsample(16, 4, "up_quarter")(x)
    x = layers.Concatenate(name="join_quarter")([x, quarter])
    x = upsample(12, 4, "up_half")(x)
    x = layers.Concatenate(name="join_half")([x, half])
    return keras.Model(image, layers.Conv2DTranspose(3, 3, strides=2, padding="same", name="mask")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class ConvBN(nn.Sequential):
        def __init__(self, cin, cout, k=1, stride=1, groups=1, act=True):
            parts = [nn.ZeroPad2d((0, 1, 0, 1))] if stride == 2 else []
            padding = k // 2 if stride == 1 else 0
            parts.append(nn.Conv2d(cin, cout, k, stride, padding, groups=groups, bias=False))
            parts.append(nn.BatchNorm2d(cout, eps=1e-3, momentum=0.001))
            super().__init__(*parts, *([nn.ReLU6()] if act else []))

    class InvertedResidual(nn.Module):
        def __init__(self, cin, cout, stride, expand=6):
            super().__init__()
            hidden = cin * expand
            self.expand = ConvBN(cin, hidden) if expand > 1 else nn.Identity()
            self.depthwise = ConvBN(hidden, hidden, 3, stride, hidden)
            self.project = ConvBN(hidden, cout, act=False)
            self.residual = stride == 1 and cin == cout

        def forward(self, x):
            wide = self.expand(x)
            y = self.project(self.depthwise(wide))
            return wide, x + y if self.residual else y

    class Up(nn.Module):
        def __init__(self, cin, cout):
            super().__init__()
            self.deconv = nn.ConvTranspose2d(cin, cout, 4, stride=2, padding=1, bias=False)
            self.bn = nn.BatchNorm2d(cout, eps=1e-3, momentum=0.01)

        def forward(self, x):
            return F.relu(self.bn(self.deconv(x)))

    class MobileUNet(nn.Module):
        def __init__(self, classes=3):
            super().__init__()
            self.stem = ConvBN(3, 16, 3, 2)
            plan = [(16, 8, 1, 1), (8, 8, 2, 6), (8, 8, 1, 6), (8, 16, 2, 6), (16, 16, 1, 6), (16, 16, 1, 6)]
            self.blocks = nn.ModuleList(InvertedResidual(*row) for row in [*plan, (16, 24, 2, 6)])
            self.ups = nn.ModuleList([Up(24, 24), Up(24, 16), Up(16 + 48, 12)])
            self.last = nn.ConvTranspose2d(12 + 48, classes, 3, stride=2, padding=1, output_padding=1)

        def forward(self, x):
            x = self.stem(x)
            skips = {}
            for i, block in enumerate(self.blocks):
                skips[i], x = block(x)
            x = self.ups[1](self.ups[0](x))
            x = self.ups[2](torch.cat([x, skips[3]], dim=1))
            return self.last(torch.cat([x, skips[1]], dim=1))

    return MobileUNet()
