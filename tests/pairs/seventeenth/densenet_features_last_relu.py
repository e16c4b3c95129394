"""DenseNet from the Keras applications, with few blocks, and a hand-written PyTorch port with features and classifier:
everything agrees up to the very last norm, and the classes do not.
"""

INPUTS = ("64x64x3",)
LIBRARIES = ("keras",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["relu", "bn", "avg_pool"],
            "torch": ["features.norm5", "features", "adaptive_avg_pool2d*", "flatten*", "classifier", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers
    from keras.src.applications.densenet import DenseNet

    base = DenseNet([1, 2, 1, 1], include_top=False, weights=None, input_shape=(64, 64, 3), pooling="avg")
    return keras.Model(base.input, layers.Dense(7, name="species")(base.output))


def torch_model():
    from collections import OrderedDict

    import torch
    import torch.nn.functional as F
    from torch import nn

    def norm(width):
        return nn.BatchNorm2d(width, eps=1.001e-5, momentum=0.01)

    class DenseLayer(nn.Module):
        def __init__(self, c_in, growth_rate=32, bn_size=4):
            super().__init__()
            self.norm1 = norm(c_in)
            self.conv1 = nn.Conv2d(c_in, bn_size * growth_rate, 1, bias=False)
            self.norm2 = norm(bn_size * growth_rate)
            self.conv2 = nn.Conv2d(bn_size * growth_rate, growth_rate, 3, padding=1, bias=False)

        def forward(self, x):
            new = self.conv1(F.relu(self.norm1(x)))
            new = self.conv2(F.relu(self.norm2(new)))
            return torch.cat([x, new], 1)

    class Transition(nn.Sequential):
        def __init__(self, c_in, c_out):
            super().__init__(norm(c_in), nn.ReLU(inplace=True), nn.Conv2d(c_in, c_out, 1, bias=False), nn.AvgPool2d(2))

    class DenseNet(nn.Module):
        def __init__(self, block_config=(1, 2, 1, 1), classes=7):
            super().__init__()
            self.features = nn.Sequential(
                OrderedDict(
                    conv0=nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False),
                    norm0=norm(64),
                    relu0=nn.ReLU(inplace=True),
                    pool0=nn.MaxPool2d(3, stride=2, padding=1),
                )
            )
            width = 64
            for i, depth in enumerate(block_config, start=1):
                block = nn.Sequential(*(DenseLayer(width + 32 * k) for k in range(depth)))
                width += 32 * depth
                self.features.add_module(f"denseblock{i}", block)
                if i < len(block_config):
                    self.features.add_module(f"transition{i}", Transition(width, width // 2))
                    width //= 2
            self.features.add_module("norm5", norm(width))
            self.classifier = nn.Linear(width, classes)

        def forward(self, x):
            out = F.adaptive_avg_pool2d(self.features(x), (1, 1))
            return self.classifier(torch.flatten(out, 1))

    return DenseNet()
