"""Pre-activation ResNet, slim: the library pads the stem with zeros and pools without padding, the port pools with
padding=1 as every other ResNet does, and there is no ReLU in between here.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-zero-padding", "pool-padding"],
            "keras": ["pool1_pool", "pool1_pad"],
            "torch": ["stem", "stem.1", "max_pool2d*"],
        }
    ],
}


def keras_model():
    from keras.src.applications.resnet import ResNet, stack_residual_blocks_v2

    def stack_fn(x):
        x = stack_residual_blocks_v2(x, 16, 2, name="conv2")
        return stack_residual_blocks_v2(x, 32, 3, stride1=1, name="conv3")

    return ResNet(
        stack_fn,
        preact=True,
        use_bias=True,
        name="resnet_v2_slim",
        include_top=False,
        weights=None,
        input_shape=(32, 32, 3),
        pooling="avg",
    )


def torch_model():
    import torch
    from torch import nn

    def bn(channels):
        return nn.BatchNorm2d(channels, eps=1.001e-5, momentum=0.01)

    class PreActBottleneck(nn.Module):
        def __init__(self, c_in, planes, stride=1, project=False):
            super().__init__()
            self.stride = stride
            self.preact = nn.Sequential(bn(c_in), nn.ReLU())
            self.shortcut = nn.Conv2d(c_in, 4 * planes, 1, stride) if project else None
            self.residual = nn.Sequential(
                nn.Conv2d(c_in, planes, 1, bias=False),
                bn(planes),
                nn.ReLU(),
                nn.Conv2d(planes, planes, 3, stride, 1, bias=False),
                bn(planes),
                nn.ReLU(),
                nn.Conv2d(planes, 4 * planes, 1),
            )

        def forward(self, x):
            out = self.preact(x)
            skip = self.shortcut(out) if self.shortcut is not None else x[..., :: self.stride, :: self.stride]
            return skip + self.residual(out)

    class ResNetV2(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(nn.Conv2d(3, 64, 7, 2, 3), nn.MaxPool2d(3, 2, 1))
            self.layers = nn.Sequential(
                PreActBottleneck(64, 16, project=True),
                PreActBottleneck(64, 16, stride=2),
                PreActBottleneck(64, 32, project=True),
                PreActBottleneck(128, 32),
                PreActBottleneck(128, 32),
            )
            self.post = bn(128)

        def forward(self, x):
            x = self.layers(self.stem(x))
            return torch.relu(self.post(x)).mean(dim=(-2, -1))

    return ResNetV2()
