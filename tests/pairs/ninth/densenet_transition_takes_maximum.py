"""DenseNet-BC for small images, two blocks of three layers. Blocks as in torchvision, with the list of features."""

INPUTS = ("24x24x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["pool-other"], "keras": ["transition_pool"], "torch": ["features.transition1.pool"]},
    ],
}


def keras_model():
    import keras
    from keras import layers

    def norm_relu(x, name):
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_bn")(x)
        return layers.ReLU(name=f"{name}_relu")(x)

    def dense_block(x, count, growth, name):
        for i in range(count):
            y = norm_relu(x, f"{name}_{i}_a")
            y = layers.Conv2D(4 * growth, 1, use_bias=False, name=f"{name}_{i}_1x1")(y)
            y = norm_relu(y, f"{name}_{i}_b")
            y = layers.Conv2D(growth, 3, padding="same", use_bias=False, name=f"{name}_{i}_3x3")(y)
            x = layers.Concatenate(name=f"{name}_{i}_join")([x, y])
        return x

    image = keras.Input((24, 24, 3))
    x = layers.Conv2D(16, 3, padding="same", use_bias=False, name="stem")(image)
    x = dense_block(x, 3, 6, "block1")
    x = norm_relu(x, "transition")
    x = layers.Conv2D(17, 1, use_bias=False, name="transition_conv")(x)
    x = layers.AveragePooling2D(2, name="transition_pool")(x)
    x = dense_block(x, 3, 6, "block2")
    x = norm_relu(x, "last")
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    return keras.Model(image, layers.Dense(5, name="classifier")(x))


def torch_model():
    from collections import OrderedDict

    import torch
    from torch import nn

    class DenseLayer(nn.Module):
        def __init__(self, inplanes, growth_rate, bn_size=4):
            super().__init__()
            self.norm1, self.relu1 = nn.BatchNorm2d(inplanes), nn.ReLU(inplace=True)
            self.conv1 = nn.Conv2d(inplanes, bn_size * growth_rate, 1, bias=False)
            self.norm2, self.relu2 = nn.BatchNorm2d(bn_size * growth_rate), nn.ReLU(inplace=True)
            self.conv2 = nn.Conv2d(bn_size * growth_rate, growth_rate, 3, padding=1, bias=False)

        def forward(self, features):
            bottleneck = self.conv1(self.relu1(self.norm1(torch.cat(features, 1))))
            return self.conv2(self.relu2(self.norm2(bottleneck)))

    class DenseBlock(nn.ModuleDict):
        def __init__(self, num_layers, inplanes, growth_rate):
            super().__init__()
            for i in range(num_layers):
                self[f"denselayer{i + 1}"] = DenseLayer(inplanes + i * growth_rate, growth_rate)

        def forward(self, x):
            features = [x]
            for layer in self.values():
                features.append(layer(features))
            return torch.cat(features, 1)

    def transition(i, o):
        parts = [("norm", nn.BatchNorm2d(i)), ("relu", nn.ReLU(inplace=True)), ("conv", nn.Conv2d(i, o, 1, bias=False))]
        return nn.Sequential(OrderedDict([*parts, ("pool", nn.MaxPool2d(2, 2))]))

    class DenseNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(
                OrderedDict(
                    conv0=nn.Conv2d(3, 16, 3, padding=1, bias=False),
                    denseblock1=DenseBlock(3, 16, 6),
                    transition1=transition(34, 17),
                    denseblock2=DenseBlock(3, 17, 6),
                    norm5=nn.BatchNorm2d(35),
                )
            )
            self.classifier = nn.Linear(35, 5)

        def forward(self, x):
            out = nn.functional.relu(self.features(x), inplace=True)
            return self.classifier(nn.functional.adaptive_avg_pool2d(out, (1, 1)).flatten(1))

    return DenseNet()
