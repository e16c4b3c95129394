"""A small DenseNet backbone of the library under a linear classifier, and the PyTorch port of it: its feature extractor
ends in the last batch norm, which goes straight into the pool.
"""

INPUTS = ("32x32x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["relu", "bn", "avg_pool"],
            "torch": ["features.norm5", "adaptive_avg_pool2d*", "features", "relu*", ""],
        }
    ],
}
LIBRARIES = ("keras_hub",)


def keras_model():
    import keras
    import keras_hub
    from keras import layers

    backbone = keras_hub.models.DenseNetBackbone(stackwise_num_repeats=[2, 2], growth_rate=8, image_shape=(32, 32, 3))
    x = layers.GlobalAveragePooling2D(name="avg_pool")(backbone.output)
    return keras.Model(backbone.input, layers.Dense(6, name="predictions")(x))


def torch_model():
    from collections import OrderedDict

    import torch
    import torch.nn.functional as F
    from torch import nn

    def norm(channels):
        return nn.BatchNorm2d(channels, eps=1.001e-5, momentum=0.01)

    class DenseLayer(nn.Module):
        def __init__(self, inp, growth):
            super().__init__()
            self.norm1 = norm(inp)
            self.conv1 = nn.Conv2d(inp, 4 * growth, 1, bias=False)
            self.norm2 = norm(4 * growth)
            self.conv2 = nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)

        def forward(self, x):
            y = self.conv1(F.relu(self.norm1(x)))
            y = self.conv2(F.relu(self.norm2(y)))
            return torch.cat([x, y], 1)

    class Transition(nn.Sequential):
        def __init__(self, inp, oup):
            super().__init__(norm(inp), nn.ReLU(inplace=True), nn.Conv2d(inp, oup, 1, bias=False), nn.AvgPool2d(2, 2))

    class DenseNet(nn.Module):
        def __init__(self, growth=8, num_classes=6):
            super().__init__()
            self.features = nn.Sequential(
                OrderedDict(
                    [
                        ("pad0", nn.ZeroPad2d((2, 3, 2, 3))),
                        ("conv0", nn.Conv2d(3, 64, 7, stride=2, bias=False)),
                        ("norm0", norm(64)),
                        ("relu0", nn.ReLU(inplace=True)),
                        ("pad1", nn.ZeroPad2d((0, 1, 0, 1))),
                        ("pool0", nn.MaxPool2d(3, stride=2)),
                        ("block1", nn.Sequential(DenseLayer(64, growth), DenseLayer(64 + growth, growth))),
                        ("transition1", Transition(80, 40)),
                        ("block2", nn.Sequential(DenseLayer(40, growth), DenseLayer(40 + growth, growth))),
                        ("norm5", norm(56)),
                    ]
                )
            )
            self.classifier = nn.Linear(56, num_classes)

        def forward(self, x):
            features = self.features(x)
            out = F.adaptive_avg_pool2d(features, (1, 1))
            return self.classifier(torch.flatten(out, 1))

    return DenseNet()
