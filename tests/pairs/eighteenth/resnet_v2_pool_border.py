"""ResNet V2 with two short stacks, built by the functions behind keras.applications and rewritten in PyTorch with the
usual nn.MaxPool2d(3, 2, padding=1) in its stem.
"""

INPUTS = ("40x40x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["pool-zero-padding"],
            "keras": ["pool1_pad", "pool1_pool"],
            "torch": ["maxpool", "max_pool2d*"],
        }
    ],
}
LIBRARIES = ("keras.applications",)


def keras_model():
    from keras.src.applications.resnet import ResNet, stack_residual_blocks_v2

    def stacks(x):
        x = stack_residual_blocks_v2(x, 8, 2, name="conv2")
        return stack_residual_blocks_v2(x, 12, 2, stride1=1, name="conv3")

    return ResNet(
        stacks,
        preact=True,
        use_bias=True,
        weights=None,
        input_shape=(40, 40, 3),
        classes=5,
        classifier_activation=None,
        name="resnet_v2",
    )


def torch_model():
    import torch
    from torch import nn

    def bn(width):
        return nn.BatchNorm2d(width, eps=1.001e-5, momentum=0.01)

    class PreActBottleneck(nn.Module):
        def __init__(self, cin, planes, stride=1, project=False):
            super().__init__()
            self.preact = nn.Sequential(bn(cin), nn.ReLU())
            self.project = nn.Conv2d(cin, 4 * planes, 1) if project else None
            self.subsample = nn.MaxPool2d(1, stride) if stride > 1 else nn.Identity()
            self.conv1 = nn.Conv2d(cin, planes, 1, bias=False)
            self.bn1 = bn(planes)
            self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
            self.bn2 = bn(planes)
            self.conv3 = nn.Conv2d(planes, 4 * planes, 1)

        def forward(self, x):
            y = self.preact(x)
            shortcut = self.project(y) if self.project is not None else self.subsample(x)
            y = torch.relu(self.bn1(self.conv1(y)))
            y = torch.relu(self.bn2(self.conv2(y)))
            return shortcut + self.conv3(y)

    class ResNetV2(nn.Module):
        def __init__(self, num_classes=5):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3)
            self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
            self.layer1 = nn.Sequential(PreActBottleneck(64, 8, project=True), PreActBottleneck(32, 8, stride=2))
            self.layer2 = nn.Sequential(PreActBottleneck(32, 12, project=True), PreActBottleneck(48, 12))
            self.post = nn.Sequential(bn(48), nn.ReLU())
            self.avgpool = nn.AdaptiveAvgPool2d(1)
            self.fc = nn.Linear(48, num_classes)

        def forward(self, x):
            x = self.maxpool(self.conv1(x))
            x = self.post(self.layer2(self.layer1(x)))
            return self.fc(self.avgpool(x).flatten(1))

    return ResNetV2()
