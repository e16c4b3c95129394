"""DenseNet with five dense layers out of the builder of keras.applications, and the PyTorch modules that collect their
features in a list; epsilon and momentum are those of Keras.
"""

INPUTS = ("64x64x3",)
TRUTH = {"identical": True}
LIBRARIES = ("keras.applications",)


def keras_model():
    from keras.src.applications.densenet import DenseNet

    return DenseNet(
        [1, 2, 1, 1], weights=None, input_shape=(64, 64, 3), classes=5, classifier_activation=None, name="densenet15"
    )


def torch_model():
    from collections import OrderedDict

    import torch
    import torch.nn.functional as F
    from torch import nn

    class Norm(nn.BatchNorm2d):
        def __init__(self, width):
            super().__init__(width, eps=1.001e-5, momentum=0.01)

    class DenseLayer(nn.Module):
        def __init__(self, width, growth=32, bn_size=4):
            super().__init__()
            self.norm1, self.norm2 = Norm(width), Norm(bn_size * growth)
            self.conv1 = nn.Conv2d(width, bn_size * growth, 1, bias=False)
            self.conv2 = nn.Conv2d(bn_size * growth, growth, 3, padding=1, bias=False)

        def forward(self, features):
            x = self.conv1(F.relu(self.norm1(torch.cat(features, 1))))
            return self.conv2(F.relu(self.norm2(x)))

    class DenseBlock(nn.ModuleList):
        def __init__(self, count, width, growth=32):
            super().__init__(DenseLayer(width + i * growth) for i in range(count))

        def forward(self, x):
            features = [x]
            for layer in self:
                features.append(layer(features))
            return torch.cat(features, 1)

    class DenseNet(nn.Module):
        def __init__(self, blocks=(1, 2, 1, 1), width=64, classes=5):
            super().__init__()
            parts = OrderedDict()
            parts["conv0"] = nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False)
            parts["norm0"] = Norm(width)
            parts["relu0"] = nn.ReLU()
            parts["pool0"] = nn.MaxPool2d(3, stride=2, padding=1)
            for i, count in enumerate(blocks, 1):
                parts[f"denseblock{i}"] = DenseBlock(count, width)
                width += 32 * count
                if i < len(blocks):
                    parts[f"transition{i}"] = nn.Sequential(
                        Norm(width), nn.ReLU(), nn.Conv2d(width, width // 2, 1, bias=False), nn.AvgPool2d(2)
                    )
                    width //= 2
            parts["norm5"] = Norm(width)
            self.features = nn.Sequential(parts)
            self.classifier = nn.Linear(width, classes)

        def forward(self, x):
            x = F.relu(self.features(x))
            return self.classifier(F.adaptive_avg_pool2d(x, 1).flatten(1))

    return DenseNet()
