"""A short DenseNet by the builder of keras.applications against the usual PyTorch classes, constants copied."""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {"identical": True}


def keras_model():
    from keras.src.applications.densenet import DenseNet

    return DenseNet([1, 2, 1, 1], include_top=False, weights=None, input_shape=(32, 32, 3), pooling="avg")


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def norm(channels):
        return nn.BatchNorm2d(channels, eps=1.001e-5, momentum=0.01)

    class DenseLayer(nn.Module):
        def __init__(self, inputs):
            super().__init__()
            self.norm1 = norm(inputs)
            self.conv1 = nn.Conv2d(inputs, 128, 1, bias=False)
            self.norm2 = norm(128)
            self.conv2 = nn.Conv2d(128, 32, 3, padding=1, bias=False)

        def forward(self, x):
            y = self.conv1(F.relu(self.norm1(x)))
            y = self.conv2(F.relu(self.norm2(y)))
            return torch.cat([x, y], 1)

    class Transition(nn.Sequential):
        def __init__(self, inputs):
            super().__init__(norm(inputs), nn.ReLU(), nn.Conv2d(inputs, inputs // 2, 1, bias=False), nn.AvgPool2d(2, 2))

    class DenseNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(
                nn.Conv2d(3, 64, 7, 2, 3, bias=False), norm(64), nn.ReLU(), nn.MaxPool2d(3, 2, padding=1)
            )
            blocks, width = [], 64
            for index, count in enumerate((1, 2, 1, 1)):
                for _ in range(count):
                    blocks.append(DenseLayer(width))
                    width += 32
                if index < 3:
                    blocks.append(Transition(width))
                    width //= 2
            self.blocks = nn.Sequential(*blocks)
            self.norm5 = norm(width)

        def forward(self, x):
            x = F.relu(self.norm5(self.blocks(self.stem(x))))
            return F.adaptive_avg_pool2d(x, (1, 1)).flatten(1)

    return DenseNet()
