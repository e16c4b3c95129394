"""The DenseNet function of the applications with a handful of layers, and the usual PyTorch one with the dense
layer's features joined in a loop; its batch norms take epsilon and momentum from Keras.
"""

INPUTS = ("64x64x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {"identical": True}


def keras_model():
    from keras.src.applications.densenet import DenseNet

    return DenseNet([1, 2, 1, 1], weights=None, input_shape=(64, 64, 3), classes=9, classifier_activation=None)


def torch_model():
    from collections import OrderedDict
    from functools import partial

    import torch
    import torch.nn.functional as F
    from torch import nn

    norm = partial(nn.BatchNorm2d, eps=1.001e-5, momentum=0.01)

    class _DenseLayer(nn.Module):
        def __init__(self, num_input_features, growth_rate, bn_size):
            super().__init__()
            self.norm1 = norm(num_input_features)
            self.conv1 = nn.Conv2d(num_input_features, bn_size * growth_rate, kernel_size=1, bias=False)
            self.norm2 = norm(bn_size * growth_rate)
            self.conv2 = nn.Conv2d(bn_size * growth_rate, growth_rate, kernel_size=3, padding=1, bias=False)

        def forward(self, prev_features):
            bottleneck = self.conv1(F.relu(self.norm1(torch.cat(prev_features, 1))))
            return self.conv2(F.relu(self.norm2(bottleneck)))

    class _DenseBlock(nn.ModuleDict):
        def __init__(self, num_layers, num_input_features, growth_rate, bn_size=4):
            super().__init__()
            for i in range(num_layers):
                layer = _DenseLayer(num_input_features + i * growth_rate, growth_rate, bn_size)
                self.add_module(f"denselayer{i + 1}", layer)

        def forward(self, init_features):
            features = [init_features]
            for _, layer in self.items():
                features.append(layer(features))
            return torch.cat(features, 1)

    class DenseNet(nn.Module):
        def __init__(self, block_config=(1, 2, 1, 1), growth_rate=32, num_init_features=64, num_classes=9):
            super().__init__()
            parts = OrderedDict(
                conv0=nn.Conv2d(3, num_init_features, kernel_size=7, stride=2, padding=3, bias=False),
                norm0=norm(num_init_features),
                relu0=nn.ReLU(inplace=True),
                pool0=nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
            )
            num_features = num_init_features
            for i, num_layers in enumerate(block_config):
                parts[f"denseblock{i + 1}"] = _DenseBlock(num_layers, num_features, growth_rate)
                num_features += num_layers * growth_rate
                if i != len(block_config) - 1:
                    parts[f"transition{i + 1}"] = nn.Sequential(
                        norm(num_features),
                        nn.ReLU(inplace=True),
                        nn.Conv2d(num_features, num_features // 2, kernel_size=1, bias=False),
                        nn.AvgPool2d(kernel_size=2, stride=2),
                    )
                    num_features //= 2
            parts["norm5"] = norm(num_features)
            self.features = nn.Sequential(parts)
            self.classifier = nn.Linear(num_features, num_classes)

        def forward(self, x):
            out = F.relu(self.features(x), inplace=True)
            return self.classifier(torch.flatten(F.adaptive_avg_pool2d(out, (1, 1)), 1))

    return DenseNet()
