"""ResNet V2 with two short stacks of the Keras zoo (stride in the last block of a stack, pooled shortcut). My PyTorch
bottleneck hands the block's input to the shortcut convolution.
"""

INPUTS = ("64x64x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other"],
            "keras": ["*_block1_0_conv"],
            "torch": ["*.downsample"],
        }
    ],
}


def keras_model():
    from keras.src.applications.resnet import ResNet, stack_residual_blocks_v2

    def stacks(x):
        x = stack_residual_blocks_v2(x, 12, 2, name="conv2")
        return stack_residual_blocks_v2(x, 20, 3, stride1=1, name="conv3")

    return ResNet(
        stacks,
        True,
        True,
        weights=None,
        input_shape=(64, 64, 3),
        classes=8,
        classifier_activation=None,
        name="resnet_v2_short",
    )


def torch_model():
    import torch
    from torch import nn

    class BatchNorm(nn.BatchNorm2d):
        def __init__(self, channels):
            super().__init__(channels, eps=1.001e-5, momentum=0.01)

    class PreActBottleneck(nn.Module):
        expansion = 4

        def __init__(self, inplanes, planes, stride=1, project=False):
            super().__init__()
            outplanes = planes * self.expansion
            self.norm1 = BatchNorm(inplanes)
            self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)
            self.norm2 = BatchNorm(planes)
            self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
            self.norm3 = BatchNorm(planes)
            self.conv3 = nn.Conv2d(planes, outplanes, 1)
            self.act = nn.ReLU()
            if project:
                self.downsample = nn.Conv2d(inplanes, outplanes, 1, stride)
            elif stride > 1:
                self.downsample = nn.MaxPool2d(1, stride)
            else:
                self.downsample = nn.Identity()

        def forward(self, x):
            shortcut = self.downsample(x)
            x = self.act(self.norm1(x))
            x = self.conv1(x)
            x = self.conv2(self.act(self.norm2(x)))
            x = self.conv3(self.act(self.norm3(x)))
            return shortcut + x

    def stack(inplanes, planes, blocks, last_stride):
        strides = [1] * (blocks - 1) + [last_stride]
        layers = [PreActBottleneck(inplanes, planes, strides[0], project=True)]
        layers += [PreActBottleneck(4 * planes, planes, s) for s in strides[1:]]
        return nn.Sequential(*layers)

    class ResNetV2(nn.Module):
        def __init__(self, num_classes=8):
            super().__init__()
            # the pool runs over values of either sign, so its border has to be zeros here as well
            self.stem = nn.Sequential(nn.Conv2d(3, 64, 7, 2, 3), nn.ZeroPad2d(1), nn.MaxPool2d(3, 2))
            self.layer1 = stack(64, 12, 2, 2)
            self.layer2 = stack(48, 20, 3, 1)
            self.norm = BatchNorm(80)
            self.head = nn.Linear(80, num_classes)

        def forward(self, x):
            x = self.layer2(self.layer1(self.stem(x)))
            return self.head(torch.relu(self.norm(x)).mean(dim=(2, 3)))

    return ResNetV2()
