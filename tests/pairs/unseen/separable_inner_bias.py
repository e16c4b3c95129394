"""Xception-like stack: SeparableConv2D has one bias, my depthwise nn.Conv2d kept its default one."""

INPUTS = ("12x12x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["separable-inner-bias", "bias-missing"],
            "keras": ["separable_conv2d"],
            "torch": ["sep1", "sep1.depthwise"],
        },
        {
            "rules": ["separable-inner-bias", "bias-missing"],
            "keras": ["separable_conv2d_1"],
            "torch": ["sep2", "sep2.depthwise"],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    inputs = keras.Input((12, 12, 3))
    x = layers.SeparableConv2D(8, 3, padding="same")(inputs)
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
    x = layers.ReLU()(x)
    x = layers.SeparableConv2D(8, 3, padding="same")(x)
    x = layers.ReLU()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(2)(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class SeparableConv(nn.Module):
        def __init__(self, i, o):
            super().__init__()
            self.depthwise = nn.Conv2d(i, i, 3, padding=1, groups=i)
            self.pointwise = nn.Conv2d(i, o, 1)

        def forward(self, x):
            return self.pointwise(self.depthwise(x))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.sep1 = SeparableConv(3, 8)
            self.bn = nn.BatchNorm2d(8)
            self.sep2 = SeparableConv(8, 8)
            self.fc = nn.Linear(8, 2)

        def forward(self, x):
            x = F.relu(self.bn(self.sep1(x)))
            x = F.relu(self.sep2(x))
            return self.fc(x.mean((2, 3)))

    return Net()
