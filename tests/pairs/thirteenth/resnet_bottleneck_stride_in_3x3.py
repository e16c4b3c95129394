"""A thin ResNet with bottlenecks out of the builder of keras.applications; the PyTorch side copies the Bottleneck class
it knows, with the biases and the epsilon of the Keras model.
"""

INPUTS = ("64x64x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["stride-other-conv"],
            "keras": [
                "conv3_block1_1_conv",
                "conv3_block1_2_conv",
                "conv4_block1_1_conv",
                "conv4_block1_2_conv",
                "conv3_block1_1_bn",
                "conv3_block1_1_relu",
            ],
            "torch": [
                "layer2.0",
                "layer3.0",
            ],
        }
    ],
}
LIBRARIES = ("keras.applications",)


def keras_model():
    import keras
    from keras.src.applications.resnet import ResNet, stack_residual_blocks_v1

    def stack_fn(x):
        x = stack_residual_blocks_v1(x, 8, 2, stride1=1, name="conv2")
        x = stack_residual_blocks_v1(x, 12, 2, name="conv3")
        return stack_residual_blocks_v1(x, 16, 2, name="conv4")

    backbone = ResNet(
        stack_fn, False, True, name="resnet14", include_top=False, weights=None, input_shape=(64, 64, 3), pooling="avg"
    )
    out = keras.layers.Dense(5, name="labels")(backbone.output)
    return keras.Model(backbone.input, out)


def torch_model():
    from functools import partial

    import torch
    from torch import nn

    Norm = partial(nn.BatchNorm2d, eps=1.001e-5, momentum=0.01)

    class Bottleneck(nn.Module):
        expansion = 4

        def __init__(self, inplanes, planes, stride=1, downsample=None):
            super().__init__()
            self.conv1 = nn.Conv2d(inplanes, planes, 1)
            self.bn1 = Norm(planes)
            self.conv2 = nn.Conv2d(planes, planes, 3, stride=stride, padding=1)
            self.bn2 = Norm(planes)
            self.conv3 = nn.Conv2d(planes, planes * self.expansion, 1)
            self.bn3 = Norm(planes * self.expansion)
            self.relu = nn.ReLU(inplace=True)
            self.downsample = downsample

        def forward(self, x):
            identity = x
            out = self.relu(self.bn1(self.conv1(x)))
            out = self.relu(self.bn2(self.conv2(out)))
            out = self.bn3(self.conv3(out))
            if self.downsample is not None:
                identity = self.downsample(x)
            out += identity
            return self.relu(out)

    class ResNet(nn.Module):
        def __init__(self, layers=(2, 2, 2), num_classes=5):
            super().__init__()
            self.inplanes = 64
            self.conv1 = nn.Conv2d(3, 64, 7, 2, 3)
            self.bn1 = Norm(64)
            self.relu = nn.ReLU(inplace=True)
            self.maxpool = nn.MaxPool2d(3, 2, 1)
            self.layer1 = self._make_layer(8, layers[0])
            self.layer2 = self._make_layer(12, layers[1], stride=2)
            self.layer3 = self._make_layer(16, layers[2], stride=2)
            self.avgpool = nn.AdaptiveAvgPool2d(1)
            self.fc = nn.Linear(64, num_classes)

        def _make_layer(self, planes, blocks, stride=1):
            out = planes * Bottleneck.expansion
            shortcut = nn.Sequential(nn.Conv2d(self.inplanes, out, 1, stride), Norm(out))
            first = Bottleneck(self.inplanes, planes, stride, shortcut)
            self.inplanes = out
            return nn.Sequential(first, *[Bottleneck(out, planes) for _ in range(1, blocks)])

        def forward(self, x):
            x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
            x = self.layer3(self.layer2(self.layer1(x)))
            return self.fc(torch.flatten(self.avgpool(x), 1))

    return ResNet()
