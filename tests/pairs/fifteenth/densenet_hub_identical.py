"""A small DenseNet of the Keras model hub under a classifier, and the same in PyTorch: a list of maps joined inside
every layer, an uneven padding of the stem by hand, and a pool that rounds up.
"""

LIBRARIES = ("keras_hub",)
INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import keras_hub

    backbone = keras_hub.models.DenseNetBackbone(
        stackwise_num_repeats=[2, 3], compression_ratio=0.5, growth_rate=8, image_shape=(32, 32, 3)
    )
    x = keras.layers.GlobalAveragePooling2D(name="avg_pool")(backbone.output)
    return keras.Model(backbone.input, keras.layers.Dense(4, name="predictions")(x))


def torch_model():
    from collections import OrderedDict

    import torch
    import torch.nn.functional as F
    from torch import nn

    def norm(width):
        return nn.BatchNorm2d(width, eps=1.001e-5, momentum=0.01)

    class DenseLayer(nn.Module):
        def __init__(self, width, growth_rate, bn_size=4):
            super().__init__()
            self.norm1 = norm(width)
            self.conv1 = nn.Conv2d(width, bn_size * growth_rate, 1, bias=False)
            self.norm2 = norm(bn_size * growth_rate)
            self.conv2 = nn.Conv2d(bn_size * growth_rate, growth_rate, 3, padding=1, bias=False)

        def forward(self, features):
            x = self.conv1(F.relu(self.norm1(torch.cat(features, dim=1))))
            return self.conv2(F.relu(self.norm2(x)))

    class DenseBlock(nn.ModuleDict):
        def __init__(self, count, width, growth_rate):
            super().__init__()
            for i in range(count):
                self[f"denselayer{i + 1}"] = DenseLayer(width + i * growth_rate, growth_rate)

        def forward(self, x):
            features = [x]
            for layer in self.values():
                features.append(layer(features))
            return torch.cat(features, 1)

    class DenseNet(nn.Module):
        def __init__(self, growth_rate=8, block_config=(2, 3), num_classes=4):
            super().__init__()
            parts = OrderedDict(
                pad0=nn.ZeroPad2d((2, 3, 2, 3)),
                conv0=nn.Conv2d(3, 64, 7, stride=2, bias=False),
                norm0=norm(64),
                relu0=nn.ReLU(inplace=True),
                pool0=nn.MaxPool2d(3, stride=2, ceil_mode=True),
            )
            width = 64
            for i, count in enumerate(block_config, 1):
                parts[f"denseblock{i}"] = DenseBlock(count, width, growth_rate)
                width += count * growth_rate
                if i < len(block_config):
                    parts[f"transition{i}"] = nn.Sequential(
                        norm(width),
                        nn.ReLU(inplace=True),
                        nn.Conv2d(width, width // 2, 1, bias=False),
                        nn.AvgPool2d(2, 2),
                    )
                    width //= 2
            parts["norm5"] = norm(width)
            self.features = nn.Sequential(parts)
            self.classifier = nn.Linear(width, num_classes)

        def forward(self, x):
            x = F.adaptive_avg_pool2d(F.relu(self.features(x)), (1, 1))
            return self.classifier(torch.flatten(x, 1))

    return DenseNet()
