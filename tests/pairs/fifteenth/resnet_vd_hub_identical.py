"""ResNet-vd of the Keras model hub, with three small convolutions in front and an average pool on the shortcut, rebuilt
in PyTorch; there the pool also stands where the stride is one, and does nothing.
"""

LIBRARIES = ("keras_hub",)
INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import keras_hub

    backbone = keras_hub.models.ResNetBackbone(
        input_conv_filters=[8, 8, 16],
        input_conv_kernel_sizes=[3, 3, 3],
        stackwise_num_filters=[64, 24],
        stackwise_num_blocks=[1, 2],
        stackwise_num_strides=[1, 2],
        block_type="basic_block_vd",
        image_shape=(32, 32, 3),
    )
    x = keras.layers.GlobalAveragePooling2D(name="pooler")(backbone.output)
    return keras.Model(backbone.input, keras.layers.Dense(6, name="predictions")(x))


def torch_model():
    from torch import nn

    class ConvNorm(nn.Sequential):
        def __init__(self, cin, cout, k, stride=1, act=True):
            layers = [nn.Conv2d(cin, cout, k, stride, k // 2, bias=False), nn.BatchNorm2d(cout)]
            super().__init__(*layers, *([nn.ReLU()] if act else []))

    class BasicBlockD(nn.Module):
        def __init__(self, cin, cout, stride, project):
            super().__init__()
            self.downsample = None
            if project:
                self.downsample = nn.Sequential(
                    nn.AvgPool2d(stride, stride, ceil_mode=True), ConvNorm(cin, cout, 1, act=False)
                )
            self.conv1 = ConvNorm(cin, cout, 3, stride)
            self.conv2 = ConvNorm(cout, cout, 3, act=False)
            self.act = nn.ReLU()

        def forward(self, x):
            out = self.conv2(self.conv1(x))
            out += x if self.downsample is None else self.downsample(x)
            return self.act(out)

    class ResNetD(nn.Module):
        def __init__(self, num_classes=6):
            super().__init__()
            self.stem = nn.Sequential(ConvNorm(3, 8, 3, 2), ConvNorm(8, 8, 3), ConvNorm(8, 16, 3))
            self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
            self.layer1 = nn.Sequential(BasicBlockD(16, 64, 1, True))
            self.layer2 = nn.Sequential(BasicBlockD(64, 24, 2, True), BasicBlockD(24, 24, 1, False))
            self.fc = nn.Linear(24, num_classes)

        def forward(self, x):
            x = self.layer2(self.layer1(self.maxpool(self.stem(x))))
            return self.fc(x.flatten(2).mean(2))

    return ResNetD()
