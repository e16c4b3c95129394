"""ResNet-D from keras_hub with the three-convolution stem and averaged shortcuts, on a picture whose maps are uneven
when they are halved; in PyTorch the blocks are written by hand.
"""

INPUTS = ("36x36x3",)
LIBRARIES = ("keras_hub",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import keras_hub
    from keras import layers

    backbone = keras_hub.models.ResNetBackbone(
        input_conv_filters=[8, 8, 16],
        input_conv_kernel_sizes=[3, 3, 3],
        stackwise_num_filters=[64, 32, 24],
        stackwise_num_blocks=[1, 2, 1],
        stackwise_num_strides=[1, 2, 2],
        block_type="basic_block_vd",
        image_shape=(36, 36, 3),
    )
    x = layers.GlobalAveragePooling2D(name="pooled")(backbone.output)
    return keras.Model(backbone.input, layers.Dense(5, name="kinds")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    def conv_bn(c_in, c_out, k=3, stride=1):
        return [nn.Conv2d(c_in, c_out, k, stride, k // 2, bias=False), nn.BatchNorm2d(c_out)]

    class BasicBlock(nn.Module):
        def __init__(self, inplanes, planes, stride=1, downsample=None):
            super().__init__()
            self.conv1, self.bn1 = conv_bn(inplanes, planes, stride=stride)
            self.conv2, self.bn2 = conv_bn(planes, planes)
            self.downsample = downsample

        def forward(self, x):
            out = F.relu(self.bn1(self.conv1(x)))
            out = self.bn2(self.conv2(out))
            out += x if self.downsample is None else self.downsample(x)
            return F.relu(out)

    class ResNetD(nn.Module):
        def __init__(self, layers=(1, 2, 1), planes=(64, 32, 24), num_classes=5):
            super().__init__()
            self.stem = nn.Sequential(
                *conv_bn(3, 8, stride=2), nn.ReLU(True), *conv_bn(8, 8), nn.ReLU(True), *conv_bn(8, 16), nn.ReLU(True)
            )
            self.maxpool = nn.MaxPool2d(3, 2, 1)
            self.inplanes = 16
            for i, (depth, width) in enumerate(zip(layers, planes, strict=True), start=1):
                setattr(self, f"layer{i}", self._make_layer(width, depth, 1 if i == 1 else 2))
            self.fc = nn.Linear(planes[-1], num_classes)

        def _make_layer(self, planes, blocks, stride):
            pool = [nn.AvgPool2d(stride, stride, ceil_mode=True, count_include_pad=False)] if stride > 1 else []
            downsample = nn.Sequential(*pool, *conv_bn(self.inplanes, planes, k=1))
            layers = [BasicBlock(self.inplanes, planes, stride, downsample)]
            self.inplanes = planes
            layers += [BasicBlock(planes, planes) for _ in range(1, blocks)]
            return nn.Sequential(*layers)

        def forward(self, x):
            x = self.maxpool(self.stem(x))
            x = self.layer3(self.layer2(self.layer1(x)))
            return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))

    return ResNetD()
