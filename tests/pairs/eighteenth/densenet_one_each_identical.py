"""DenseNet of the Keras zoo with one layer per dense block and a PyTorch twin in the familiar norm-relu-conv classes,
epsilon 1.001e-5 included; zeros around the first max pool do no harm behind a ReLU.
"""

INPUTS = ("64x64x3",)
TRUTH = {"identical": True}
LIBRARIES = ("keras.applications",)


def keras_model():
    from keras.src.applications.densenet import DenseNet

    return DenseNet(
        [1, 1, 1, 1], weights=None, input_shape=(64, 64, 3), classes=4, classifier_activation=None, name="dense"
    )


def torch_model():
    from collections import OrderedDict

    import torch
    import torch.nn.functional as F
    from torch import nn

    def bn(width):
        return nn.BatchNorm2d(width, eps=1.001e-5, momentum=0.01)

    class _DenseLayer(nn.Module):
        def __init__(self, width, growth=32, bn_size=4):
            super().__init__()
            self.norm1 = bn(width)
            self.conv1 = nn.Conv2d(width, bn_size * growth, 1, bias=False)
            self.norm2 = bn(bn_size * growth)
            self.conv2 = nn.Conv2d(bn_size * growth, growth, 3, padding=1, bias=False)

        def forward(self, features):
            x = torch.cat(features, 1)
            x = self.conv1(F.relu(self.norm1(x)))
            return self.conv2(F.relu(self.norm2(x)))

    class _DenseBlock(nn.ModuleDict):
        def __init__(self, depth, width, growth=32):
            super().__init__()
            for i in range(depth):
                self[f"denselayer{i + 1}"] = _DenseLayer(width + i * growth)

        def forward(self, x):
            features = [x]
            for layer in self.values():
                features.append(layer(features))
            return torch.cat(features, 1)

    class _Transition(nn.Sequential):
        def __init__(self, width_in, width_out):
            super().__init__()
            self.norm = bn(width_in)
            self.relu = nn.ReLU(inplace=True)
            self.conv = nn.Conv2d(width_in, width_out, 1, bias=False)
            self.pool = nn.AvgPool2d(2, 2)

    class DenseNet(nn.Module):
        def __init__(self, config=(1, 1, 1, 1), num_classes=4):
            super().__init__()
            self.features = nn.Sequential(
                OrderedDict(
                    conv0=nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False),
                    norm0=bn(64),
                    relu0=nn.ReLU(inplace=True),
                    pool0=nn.MaxPool2d(3, 2, 1),
                )
            )
            width = 64
            for i, depth in enumerate(config):
                self.features.add_module(f"denseblock{i + 1}", _DenseBlock(depth, width))
                width += 32 * depth
                if i + 1 < len(config):
                    self.features.add_module(f"transition{i + 1}", _Transition(width, width // 2))
                    width //= 2
            self.features.add_module("norm5", bn(width))
            self.classifier = nn.Linear(width, num_classes)

        def forward(self, x):
            x = F.relu(self.features(x), inplace=True)
            return self.classifier(torch.flatten(F.adaptive_avg_pool2d(x, (1, 1)), 1))

    return DenseNet()
