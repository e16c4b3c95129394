"""A short DenseNet made with the library's builder, against a PyTorch port whose layers keep a list of features and
whose max pool pads itself; the library pads zeros in front, but behind a ReLU that is the same.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {"identical": True}


def keras_model():
    from keras.src.applications.densenet import DenseNet

    return DenseNet(
        blocks=[2, 3, 2, 2],
        input_shape=(32, 32, 3),
        weights=None,
        classes=12,
        classifier_activation=None,
        name="densenet_tiny",
    )


def torch_model():
    from collections import OrderedDict

    import torch
    import torch.nn.functional as F
    from torch import nn

    def norm(width):
        return nn.BatchNorm2d(width, eps=1.001e-5, momentum=0.01)

    class DenseLayer(nn.Module):
        def __init__(self, in_features, growth_rate=32, bn_size=4):
            super().__init__()
            self.norm1 = norm(in_features)
            self.conv1 = nn.Conv2d(in_features, bn_size * growth_rate, 1, bias=False)
            self.norm2 = norm(bn_size * growth_rate)
            self.conv2 = nn.Conv2d(bn_size * growth_rate, growth_rate, 3, padding=1, bias=False)

        def forward(self, features):
            x = torch.cat(features, 1)
            x = self.conv1(F.relu(self.norm1(x)))
            return self.conv2(F.relu(self.norm2(x)))

    class DenseBlock(nn.ModuleDict):
        def __init__(self, num_layers, in_features):
            super().__init__()
            for i in range(num_layers):
                self[f"denselayer{i + 1}"] = DenseLayer(in_features + 32 * i)

        def forward(self, x):
            features = [x]
            for layer in self.values():
                features.append(layer(features))
            return torch.cat(features, 1)

    class Tiny(nn.Module):
        def __init__(self):
            super().__init__()
            parts = OrderedDict(
                conv0=nn.Conv2d(3, 64, 7, 2, 3, bias=False),
                norm0=norm(64),
                relu0=nn.ReLU(),
                pool0=nn.MaxPool2d(3, 2, padding=1),
            )
            width = 64
            for i, depth in enumerate((2, 3, 2, 2), start=1):
                parts[f"denseblock{i}"] = DenseBlock(depth, width)
                width += 32 * depth
                if i < 4:
                    parts[f"transition{i}"] = nn.Sequential(
                        norm(width), nn.ReLU(), nn.Conv2d(width, width // 2, 1, bias=False), nn.AvgPool2d(2)
                    )
                    width //= 2
            parts["norm5"] = norm(width)
            self.features = nn.Sequential(parts)
            self.classifier = nn.Linear(width, 12)

        def forward(self, x):
            x = F.relu(self.features(x))
            return self.classifier(F.adaptive_avg_pool2d(x, 1).flatten(1))

    return Tiny()
