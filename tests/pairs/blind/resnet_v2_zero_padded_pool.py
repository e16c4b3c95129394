"""Short ResNetV2 from keras.applications pads its stem pool with zeros; the port lets MaxPool2d pad."""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-zero-padding", "padding-mode"],
            "keras": ["pool1_pad", "pool1_pool", "conv2_block1_preact_bn"],
            "torch": ["maxpool", "stem*", "layer1.0.preact*"],
        }
    ],
}


def keras_model():
    from keras.src.applications.resnet import ResNet, stack_residual_blocks_v2

    def stack(x):
        x = stack_residual_blocks_v2(x, 6, 2, name="conv2")
        return stack_residual_blocks_v2(x, 8, 2, stride1=1, name="conv3")

    return ResNet(
        stack, True, True, weights=None, input_shape=(32, 32, 3), classes=5, classifier_activation=None, name="resnetv2"
    )


def torch_model():
    from torch import nn

    def bn(n):
        return nn.BatchNorm2d(n, eps=1.001e-5, momentum=0.01)

    class PreActBottleneck(nn.Module):
        def __init__(self, c_in, width, stride=1, project=False):
            super().__init__()
            self.stride = stride
            self.preact = nn.Sequential(bn(c_in), nn.ReLU())
            self.downsample = nn.Conv2d(c_in, 4 * width, 1) if project else None
            self.conv1 = nn.Conv2d(c_in, width, 1, bias=False)
            self.bn1 = bn(width)
            self.conv2 = nn.Conv2d(width, width, 3, stride=stride, padding=1, bias=False)
            self.bn2 = bn(width)
            self.relu = nn.ReLU(inplace=True)
            self.conv3 = nn.Conv2d(width, 4 * width, 1)

        def forward(self, x):
            y = self.preact(x)
            if self.downsample is not None:
                x = self.downsample(y)
            elif self.stride > 1:
                x = x[:, :, :: self.stride, :: self.stride]
            y = self.relu(self.bn1(self.conv1(y)))
            y = self.relu(self.bn2(self.conv2(y)))
            return x + self.conv3(y)

    class ResNetV2(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(3, 64, 7, stride=2, padding=3)
            self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
            self.layer1 = nn.Sequential(PreActBottleneck(64, 6, project=True), PreActBottleneck(24, 6, stride=2))
            self.layer2 = nn.Sequential(PreActBottleneck(24, 8, project=True), PreActBottleneck(32, 8))
            self.norm = bn(32)
            self.fc = nn.Linear(32, 5)

        def forward(self, x):
            x = self.layer2(self.layer1(self.maxpool(self.stem(x))))
            return self.fc(self.norm(x).relu().mean((2, 3)))

    return ResNetV2()
