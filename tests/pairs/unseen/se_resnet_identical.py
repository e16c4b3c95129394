"""SE-ResNet with projection shortcuts: functional Keras with Reshape and Multiply, PyTorch with view and expand_as."""

INPUTS = ("15x15x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def bn(x):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)

    def se(x, ratio=4):
        c = x.shape[-1]
        s = layers.GlobalAveragePooling2D()(x)
        s = layers.Reshape((1, 1, c))(s)
        s = layers.Dense(c // ratio, activation="relu", use_bias=False)(s)
        s = layers.Dense(c, activation="sigmoid", use_bias=False)(s)
        return layers.Multiply()([x, s])

    def block(x, filters, strides=1):
        shortcut = x
        y = layers.ZeroPadding2D(1)(x)
        y = layers.Conv2D(filters, 3, strides=strides, use_bias=False)(y)
        y = layers.Activation("relu")(bn(y))
        y = bn(layers.Conv2D(filters, 3, padding="same", use_bias=False)(y))
        y = se(y)
        if strides != 1 or x.shape[-1] != filters:
            shortcut = bn(layers.Conv2D(filters, 1, strides=strides, use_bias=False)(x))
        return layers.Activation("relu")(layers.add([y, shortcut]))

    img = keras.Input((15, 15, 3))
    x = layers.Activation("relu")(bn(layers.Conv2D(8, 3, padding="same", use_bias=False)(img)))
    x = block(x, 8)
    x = block(x, 16, 2)
    x = block(x, 16)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(img, layers.Dense(5)(x))


def torch_model():
    from torch import nn

    class SELayer(nn.Module):
        def __init__(self, channel, reduction=4):
            super().__init__()
            self.avg_pool = nn.AdaptiveAvgPool2d(1)
            self.fc = nn.Sequential(
                nn.Linear(channel, channel // reduction, bias=False),
                nn.ReLU(inplace=True),
                nn.Linear(channel // reduction, channel, bias=False),
                nn.Sigmoid(),
            )

        def forward(self, x):
            b, c, _, _ = x.size()
            y = self.avg_pool(x).view(b, c)
            y = self.fc(y).view(b, c, 1, 1)
            return x * y.expand_as(x)

    class SEBasicBlock(nn.Module):
        def __init__(self, inplanes, planes, stride=1):
            super().__init__()
            self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(planes)
            self.relu = nn.ReLU(inplace=True)
            self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(planes)
            self.se = SELayer(planes)
            self.downsample = None
            if stride != 1 or inplanes != planes:
                self.downsample = nn.Sequential(
                    nn.Conv2d(inplanes, planes, 1, stride, bias=False), nn.BatchNorm2d(planes)
                )

        def forward(self, x):
            residual = x if self.downsample is None else self.downsample(x)
            out = self.relu(self.bn1(self.conv1(x)))
            out = self.se(self.bn2(self.conv2(out)))
            out += residual
            return self.relu(out)

    class SEResNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 8, 3, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(8)
            self.relu = nn.ReLU(inplace=True)
            self.layer1 = SEBasicBlock(8, 8)
            self.layer2 = nn.Sequential(SEBasicBlock(8, 16, 2), SEBasicBlock(16, 16))
            self.fc = nn.Linear(16, 5)

        def forward(self, x):
            x = self.relu(self.bn1(self.conv1(x)))
            x = self.layer2(self.layer1(x))
            return self.fc(x.mean([2, 3]))

    return SEResNet()
