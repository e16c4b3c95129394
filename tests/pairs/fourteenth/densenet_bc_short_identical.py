"""DenseNet with one or two layers per block from the model zoo, and my rewrite after the torchvision layout (norm,
relu, conv, norm, relu, conv; features collected in a list). Batch norm settings are taken over from the zoo.
"""

INPUTS = ("64x64x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {"identical": True}


def keras_model():
    from keras.src.applications.densenet import DenseNet

    return DenseNet(
        [2, 1, 1, 1], weights=None, input_shape=(64, 64, 3), classes=6, classifier_activation="softmax", name="densenet"
    )


def torch_model():
    from collections import OrderedDict

    import torch
    import torch.nn.functional as F
    from torch import nn

    def norm(channels):
        return nn.BatchNorm2d(channels, eps=1.001e-5, momentum=0.01)

    class _DenseLayer(nn.Module):
        def __init__(self, num_input_features, growth_rate, bn_size):
            super().__init__()
            self.norm1 = norm(num_input_features)
            self.relu1 = nn.ReLU(inplace=True)
            self.conv1 = nn.Conv2d(num_input_features, bn_size * growth_rate, 1, bias=False)
            self.norm2 = norm(bn_size * growth_rate)
            self.relu2 = nn.ReLU(inplace=True)
            self.conv2 = nn.Conv2d(bn_size * growth_rate, growth_rate, 3, padding=1, bias=False)

        def forward(self, features):
            bottleneck = self.conv1(self.relu1(self.norm1(torch.cat(features, 1))))
            return self.conv2(self.relu2(self.norm2(bottleneck)))

    class _DenseBlock(nn.ModuleDict):
        def __init__(self, num_layers, num_input_features, growth_rate=32, bn_size=4):
            super().__init__()
            for i in range(num_layers):
                layer = _DenseLayer(num_input_features + i * growth_rate, growth_rate, bn_size)
                self.add_module(f"denselayer{i + 1}", layer)

        def forward(self, init_features):
            features = [init_features]
            for layer in self.values():
                features.append(layer(features))
            return torch.cat(features, 1)

    class _Transition(nn.Sequential):
        def __init__(self, num_input_features, num_output_features):
            super().__init__()
            self.norm = norm(num_input_features)
            self.relu = nn.ReLU(inplace=True)
            self.conv = nn.Conv2d(num_input_features, num_output_features, 1, bias=False)
            self.pool = nn.AvgPool2d(2, 2)

    class DenseNet(nn.Module):
        def __init__(self, block_config=(2, 1, 1, 1), num_init_features=64, num_classes=6):
            super().__init__()
            self.features = nn.Sequential(
                OrderedDict(
                    conv0=nn.Conv2d(3, num_init_features, 7, stride=2, padding=3, bias=False),
                    norm0=norm(num_init_features),
                    relu0=nn.ReLU(inplace=True),
                    pool0=nn.MaxPool2d(3, stride=2, padding=1),
                )
            )
            width = num_init_features
            for i, num_layers in enumerate(block_config):
                self.features.add_module(f"denseblock{i + 1}", _DenseBlock(num_layers, width))
                width += num_layers * 32
                if i != len(block_config) - 1:
                    self.features.add_module(f"transition{i + 1}", _Transition(width, width // 2))
                    width //= 2
            self.features.add_module("norm5", norm(width))
            self.classifier = nn.Linear(width, num_classes)

        def forward(self, x):
            out = F.relu(self.features(x), inplace=True)
            out = torch.flatten(F.adaptive_avg_pool2d(out, (1, 1)), 1)
            return torch.softmax(self.classifier(out), dim=1)

    return DenseNet()
