"""Pre-activation ResNet: the projection reads the normalised input in my Keras code and the raw one in PyTorch."""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["wiring-other"], "keras": ["shortcut", "add"], "torch": ["block.shortcut", "block.add*"]}],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(8, 3, padding="same", use_bias=False, name="stem")(inputs)
    pre = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
    pre = layers.ReLU()(pre)
    shortcut = layers.Conv2D(12, 1, use_bias=False, name="shortcut")(pre)
    y = layers.Conv2D(12, 3, padding="same", use_bias=False, name="conv_1")(pre)
    y = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(y)
    y = layers.ReLU()(y)
    y = layers.Conv2D(12, 3, padding="same", use_bias=False, name="conv_2")(y)
    x = layers.Add()([shortcut, y])
    x = layers.GlobalAveragePooling2D()(layers.ReLU()(x))
    return keras.Model(inputs, layers.Dense(4)(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class PreActBlock(nn.Module):
        def __init__(self, i, o):
            super().__init__()
            self.bn1 = nn.BatchNorm2d(i)
            self.conv1 = nn.Conv2d(i, o, 3, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(o)
            self.conv2 = nn.Conv2d(o, o, 3, padding=1, bias=False)
            self.shortcut = nn.Conv2d(i, o, 1, bias=False)

        def forward(self, x):
            out = F.relu(self.bn1(x))
            shortcut = self.shortcut(x)
            out = self.conv1(out)
            out = self.conv2(F.relu(self.bn2(out)))
            out += shortcut
            return out

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(3, 8, 3, padding=1, bias=False)
            self.block = PreActBlock(8, 12)
            self.linear = nn.Linear(12, 4)

        def forward(self, x):
            x = F.relu(self.block(self.stem(x)))
            return self.linear(F.adaptive_avg_pool2d(x, 1).flatten(1))

    return Net()
