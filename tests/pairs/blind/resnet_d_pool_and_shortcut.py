"""ResNet-D: Keras pads its stem pool on one side only, and the PyTorch shortcut strides instead of averaging."""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["pool-padding"], "keras": ["stem_pool"], "torch": ["maxpool"]},
        {
            "rules": ["pool-other", "stride-other-conv", "wiring-other"],
            "keras": ["layer2_0_shortcut*"],
            "torch": ["layer2.0.downsample*", "layer2.0"],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    def conv_bn(x, n, k, stride=1, name=""):
        if k > 1:
            x = layers.ZeroPadding2D(k // 2, name=f"{name}_pad")(x)
        x = layers.Conv2D(n, k, strides=stride, use_bias=False, name=f"{name}_conv")(x)
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)

    def relu(x, name):
        return layers.Activation("relu", name=f"{name}_relu")(x)

    def bottleneck(x, n, stride, name):
        y = relu(conv_bn(x, n, 1, name=f"{name}_a"), f"{name}_a")
        y = relu(conv_bn(y, n, 3, stride, name=f"{name}_b"), f"{name}_b")
        y = conv_bn(y, 2 * n, 1, name=f"{name}_c")
        if stride > 1:
            x = layers.AveragePooling2D(2, name=f"{name}_shortcut_pool")(x)
        if x.shape[-1] != 2 * n:
            x = conv_bn(x, 2 * n, 1, name=f"{name}_shortcut")
        return relu(layers.Add(name=f"{name}_add")([y, x]), name)

    images = keras.Input((32, 32, 3))
    x = relu(conv_bn(images, 6, 3, 2, "stem0"), "stem0")
    x = relu(conv_bn(x, 8, 3, 1, "stem1"), "stem1")
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="stem_pool")(x)
    x = bottleneck(x, 6, 1, "layer1_0")
    x = bottleneck(x, 6, 1, "layer1_1")
    x = bottleneck(x, 8, 2, "layer2_0")
    x = bottleneck(x, 8, 1, "layer2_1")
    x = layers.GlobalAveragePooling2D(name="avgpool")(x)
    return keras.Model(images, layers.Dense(6, name="fc")(x))


def torch_model():
    from torch import nn

    class Bottleneck(nn.Module):
        def __init__(self, inplanes, planes, stride=1):
            super().__init__()
            self.conv1 = nn.Conv2d(inplanes, planes, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(planes)
            self.conv2 = nn.Conv2d(planes, planes, 3, stride, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(planes)
            self.conv3 = nn.Conv2d(planes, 2 * planes, 1, bias=False)
            self.bn3 = nn.BatchNorm2d(2 * planes)
            self.relu = nn.ReLU(inplace=True)
            self.downsample = None
            if stride != 1 or inplanes != 2 * planes:
                self.downsample = nn.Sequential(
                    nn.Conv2d(inplanes, 2 * planes, 1, stride, bias=False), nn.BatchNorm2d(2 * planes)
                )

        def forward(self, x):
            identity = x if self.downsample is None else self.downsample(x)
            out = self.relu(self.bn1(self.conv1(x)))
            out = self.relu(self.bn2(self.conv2(out)))
            out = self.bn3(self.conv3(out))
            return self.relu(out + identity)

    class ResNetD(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(
                nn.Conv2d(3, 6, 3, 2, 1, bias=False),
                nn.BatchNorm2d(6),
                nn.ReLU(),
                nn.Conv2d(6, 8, 3, 1, 1, bias=False),
                nn.BatchNorm2d(8),
                nn.ReLU(),
            )
            self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
            self.layer1 = nn.Sequential(Bottleneck(8, 6), Bottleneck(12, 6))
            self.layer2 = nn.Sequential(Bottleneck(12, 8, 2), Bottleneck(16, 8))
            self.fc = nn.Linear(16, 6)

        def forward(self, x):
            x = self.layer2(self.layer1(self.maxpool(self.stem(x))))
            return self.fc(x.mean([2, 3]))

    return ResNetD()
