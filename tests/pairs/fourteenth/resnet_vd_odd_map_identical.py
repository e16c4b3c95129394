"""A ResNet-vd backbone (three small stem convolutions, average pool in front of the shortcut) of the Keras hub, on a
picture whose second stage begins with an odd map; the PyTorch twin pools its shortcut with ceil_mode.
"""

INPUTS = ("52x52x3",)
LIBRARIES = ("keras_hub",)
TRUTH = {"identical": True}


def keras_model():
    import keras_hub

    return keras_hub.models.ResNetBackbone(
        input_conv_filters=[8, 8, 16],
        input_conv_kernel_sizes=[3, 3, 3],
        stackwise_num_filters=[64, 32],
        stackwise_num_blocks=[1, 2],
        stackwise_num_strides=[1, 2],
        block_type="basic_block_vd",
        image_shape=(52, 52, 3),
    )


def torch_model():
    import torch
    from torch import nn

    def conv3x3(c_in, c_out, stride=1):
        return nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False)

    class BasicBlock(nn.Module):
        def __init__(self, inplanes, planes, stride=1, downsample=None):
            super().__init__()
            self.conv1, self.bn1 = conv3x3(inplanes, planes, stride), nn.BatchNorm2d(planes)
            self.conv2, self.bn2 = conv3x3(planes, planes), nn.BatchNorm2d(planes)
            self.act = nn.ReLU(inplace=True)
            self.downsample = downsample

        def forward(self, x):
            y = self.act(self.bn1(self.conv1(x)))
            y = self.bn2(self.conv2(y))
            y += x if self.downsample is None else self.downsample(x)
            return self.act(y)

    def downsample_avg(c_in, c_out, stride):
        pool = nn.AvgPool2d(2, stride, ceil_mode=True, count_include_pad=False) if stride > 1 else nn.Identity()
        return nn.Sequential(pool, nn.Conv2d(c_in, c_out, 1, bias=False), nn.BatchNorm2d(c_out))

    class ResNetD(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Sequential(
                conv3x3(3, 8, 2),
                nn.BatchNorm2d(8),
                nn.ReLU(),
                conv3x3(8, 8),
                nn.BatchNorm2d(8),
                nn.ReLU(),
                conv3x3(8, 16),
            )
            self.bn1 = nn.BatchNorm2d(16)
            self.maxpool = nn.MaxPool2d(3, 2, 1)
            self.layer1 = self._make_layer(16, 64, 1, 1)
            self.layer2 = self._make_layer(64, 32, 2, 2)

        @staticmethod
        def _make_layer(inplanes, planes, blocks, stride):
            first = BasicBlock(inplanes, planes, stride, downsample_avg(inplanes, planes, stride))
            return nn.Sequential(first, *(BasicBlock(planes, planes) for _ in range(blocks - 1)))

        def forward(self, x):
            x = self.maxpool(torch.relu(self.bn1(self.conv1(x))))
            return self.layer2(self.layer1(x))

    return ResNetD()
