"""VGG with batch norm from torchvision's cfg list, cut down to 32 pixels; the Keras side is a plain list of layers."""

INPUTS = ("32x32x3",)
TRUTH = {"identical": True}


def keras_model():
    from keras import Sequential, layers

    def block(convolutions, filters):
        for _ in range(convolutions):
            yield layers.ZeroPadding2D(1)
            yield layers.Conv2D(filters, (3, 3))
            yield layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
            yield layers.Activation("relu")
        yield layers.MaxPooling2D((2, 2), strides=(2, 2))

    return Sequential(
        [
            layers.Input((32, 32, 3)),
            *block(1, 8),
            *block(1, 16),
            *block(2, 16),
            layers.AveragePooling2D(2),  # what AdaptiveAvgPool2d does with 4 by 4
            layers.Flatten(),
            layers.Dense(24, activation="relu", name="fc1"),
            layers.Dropout(0.5),
            layers.Dense(24, activation="relu", name="fc2"),
            layers.Dropout(0.5),
            layers.Dense(5, name="predictions"),
        ],
        name="vgg_mini",
    )


def torch_model():
    import torch
    from torch import nn

    cfgs = {"mini": [8, "M", 16, "M", 16, 16, "M"]}

    def make_layers(cfg, batch_norm=False):
        layers, in_channels = [], 3
        for v in cfg:
            if v == "M":
                layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
            else:
                conv2d = nn.Conv2d(in_channels, v, kernel_size=3, padding=1)
                layers += [conv2d, nn.BatchNorm2d(v), nn.ReLU(inplace=True)] if batch_norm else [conv2d, nn.ReLU(True)]
                in_channels = v
        return nn.Sequential(*layers)

    class VGG(nn.Module):
        def __init__(self, features, num_classes=5):
            super().__init__()
            self.features = features
            self.avgpool = nn.AdaptiveAvgPool2d((2, 2))
            self.classifier = nn.Sequential(
                nn.Linear(16 * 2 * 2, 24),
                nn.ReLU(True),
                nn.Dropout(p=0.5),
                nn.Linear(24, 24),
                nn.ReLU(True),
                nn.Dropout(p=0.5),
                nn.Linear(24, num_classes),
            )

        def forward(self, x):
            return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))

    return VGG(make_layers(cfgs["mini"], batch_norm=True))
