"""keras_hub CSPNetBackbone (slope 0.01); the port used 0.1 everywhere, as Darknet does."""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras_hub",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["leaky-slope", "activation-parameter"],
            "keras": ["*activation*", "csp_stem_bn_0"],
            "torch": ["*act", "stem.bn", "stem"],
        }
    ],
}


def keras_model():
    import keras_hub

    return keras_hub.models.CSPNetBackbone(
        stem_filters=8,
        stem_kernel_size=3,
        stem_strides=1,
        stem_padding="same",
        stackwise_depth=[1, 2],
        stackwise_strides=[2, 2],
        stackwise_num_filters=[16, 24],
        bottle_ratio=[1.0, 1.0],
        block_ratio=[0.5, 0.5],
        expand_ratio=[1.0, 1.0],
        stage_type="cs3",
        block_type="dark_block",
        down_growth=True,
        image_shape=(32, 32, 3),
    )


def torch_model():
    import torch
    from torch import nn

    class ConvBnAct(nn.Module):
        def __init__(self, i, o, k=1, s=1, slope=0.1):
            super().__init__()
            self.conv = nn.Conv2d(i, o, k, s, k // 2, bias=False)
            self.bn = nn.BatchNorm2d(o, eps=1e-5, momentum=0.01)
            self.act = nn.LeakyReLU(slope, inplace=True)

        def forward(self, x):
            return self.act(self.bn(self.conv(x)))

    class DarkBlock(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.conv1 = ConvBnAct(n, n)
            self.conv2 = ConvBnAct(n, n, 3)

        def forward(self, x):
            return x + self.conv2(self.conv1(x))

    class CrossStage3(nn.Module):
        def __init__(self, i, o, depth):
            super().__init__()
            self.conv_down = ConvBnAct(i, o, 3, 2)
            self.conv_exp = ConvBnAct(o, o)
            self.blocks = nn.Sequential(*[DarkBlock(o // 2) for _ in range(depth)])
            self.conv_transition = ConvBnAct(o, o // 2)

        def forward(self, x):
            x1, x2 = self.conv_exp(self.conv_down(x)).chunk(2, dim=1)
            return self.conv_transition(torch.cat([self.blocks(x1), x2], dim=1))

    class CSPDarknet(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = ConvBnAct(3, 8, 3)
            self.stages = nn.ModuleList([CrossStage3(8, 16, 1), CrossStage3(8, 24, 2)])

        def forward(self, x):
            x = self.stem(x)
            for stage in self.stages:
                x = stage(x)
            return x

    return CSPDarknet()
