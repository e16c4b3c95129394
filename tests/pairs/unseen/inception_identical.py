"""Inception module: two 1x1 branches have kernels of one shape, and the frameworks run them in another order."""

INPUTS = ("14x14x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def conv(n, k, name):
        return layers.Conv2D(n, k, padding="same", activation="relu", name=name)

    inputs = keras.Input((14, 14, 3))
    x = conv(8, 3, "stem")(inputs)
    b1 = conv(4, 1, "b1_conv")(x)
    b2 = conv(6, 3, "b2_conv")(conv(4, 1, "b2_reduce")(x))
    b3 = conv(4, 5, "b3_conv")(conv(2, 1, "b3_reduce")(x))
    b4 = conv(2, 1, "b4_proj")(layers.MaxPooling2D(3, strides=1, padding="same")(x))
    x = layers.concatenate([b1, b2, b3, b4], axis=-1)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(3, name="logits")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class BasicConv2d(nn.Module):
        def __init__(self, i, o, **kwargs):
            super().__init__()
            self.conv = nn.Conv2d(i, o, **kwargs)

        def forward(self, x):
            return F.relu(self.conv(x), inplace=True)

    class Inception(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = BasicConv2d(3, 8, kernel_size=3, padding=1)
            self.branch1 = BasicConv2d(8, 4, kernel_size=1)
            self.branch2 = nn.Sequential(BasicConv2d(8, 4, kernel_size=1), BasicConv2d(4, 6, kernel_size=3, padding=1))
            self.branch3 = nn.Sequential(BasicConv2d(8, 2, kernel_size=1), BasicConv2d(2, 4, kernel_size=5, padding=2))
            self.branch4 = nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), BasicConv2d(8, 2, kernel_size=1))
            self.logits = nn.Linear(16, 3)

        def forward(self, x):
            x = self.stem(x)
            x = torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)
            return self.logits(x.mean(dim=[2, 3]))

    return Inception()
