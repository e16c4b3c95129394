"""Inception blocks of keras.applications use scale=False; my PyTorch copy has the usual affine batch norm."""

INPUTS = ("12x12x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["norm-affine-missing"], "keras": ["batch_normalization"], "torch": ["branch1.bn"], "visible": False},
        {
            "rules": ["norm-affine-missing"],
            "keras": ["batch_normalization_1"],
            "torch": ["branch2.bn"],
            "visible": False,
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    def conv_bn(x, filters, size):
        x = layers.Conv2D(filters, size, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(scale=False, momentum=0.9, epsilon=1e-3)(x)
        return layers.Activation("relu")(x)

    inputs = keras.Input((12, 12, 4))
    left = conv_bn(inputs, 6, 1)
    right = conv_bn(inputs, 5, 3)
    return keras.Model(inputs, layers.Concatenate()([left, right]))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class BasicConv2d(nn.Module):
        def __init__(self, inputs, outputs, size):
            super().__init__()
            self.conv = nn.Conv2d(inputs, outputs, size, padding=size // 2, bias=False)
            self.bn = nn.BatchNorm2d(outputs, eps=0.001)

        def forward(self, x):
            return F.relu(self.bn(self.conv(x)), inplace=True)

    class Inception(nn.Module):
        def __init__(self):
            super().__init__()
            self.branch1 = BasicConv2d(4, 6, 1)
            self.branch2 = BasicConv2d(4, 5, 3)

        def forward(self, x):
            return torch.cat([self.branch1(x), self.branch2(x)], 1)

    return Inception()
