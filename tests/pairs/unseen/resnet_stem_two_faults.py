"""ResNet stem and two blocks ported with defaults: momentum 0.99 and MaxPooling2D(padding="same")."""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["norm-momentum"], "keras": ["stem_bn"], "torch": ["bn1"], "visible": False},
        {"rules": ["pool-padding"], "keras": ["stem_pool"], "torch": ["maxpool"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    def basic(x, n, name):
        y = layers.Conv2D(n, 3, padding="same", use_bias=False, name=f"{name}_conv1")(x)
        y = layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name=f"{name}_bn1")(y)
        y = layers.ReLU(name=f"{name}_relu1")(y)
        y = layers.Conv2D(n, 3, padding="same", use_bias=False, name=f"{name}_conv2")(y)
        y = layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name=f"{name}_bn2")(y)
        return layers.ReLU(name=f"{name}_relu2")(layers.Add(name=f"{name}_add")([x, y]))

    inputs = keras.Input((32, 32, 3))
    x = layers.ZeroPadding2D(3, name="stem_pad")(inputs)
    x = layers.Conv2D(8, 7, strides=2, use_bias=False, name="stem_conv")(x)
    x = layers.BatchNormalization(epsilon=1e-5, name="stem_bn")(x)
    x = layers.ReLU(name="stem_relu")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="stem_pool")(x)
    x = basic(basic(x, 8, "a"), 8, "b")
    return keras.Model(inputs, layers.Dense(4, name="fc")(layers.GlobalAveragePooling2D(name="gap")(x)))


def torch_model():
    import torch
    from torch import nn

    class BasicBlock(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.conv1 = nn.Conv2d(n, n, 3, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(n)
            self.relu = nn.ReLU(inplace=True)
            self.conv2 = nn.Conv2d(n, n, 3, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(n)

        def forward(self, x):
            out = self.relu(self.bn1(self.conv1(x)))
            out = self.bn2(self.conv2(out))
            return self.relu(out + x)

    class ResNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 8, 7, stride=2, padding=3, bias=False)
            self.bn1 = nn.BatchNorm2d(8)
            self.relu = nn.ReLU(inplace=True)
            self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
            self.layer1 = nn.Sequential(BasicBlock(8), BasicBlock(8))
            self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
            self.fc = nn.Linear(8, 4)

        def forward(self, x):
            x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
            x = self.avgpool(self.layer1(x))
            return self.fc(torch.flatten(x, 1))

    return ResNet()
