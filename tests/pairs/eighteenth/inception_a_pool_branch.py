"""Two Inception-A modules: the PyTorch side as its vision library writes them, with BasicConv2d and F.avg_pool2d in the
forward pass, the Keras side functional with AveragePooling2D and padding "same".
"""

INPUTS = ("28x28x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["average-pool-padding"],
            "keras": ["mixed0_pool"],
            "torch": ["Mixed_5b", "avg_pool2d*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def conv_bn(x, width, kernel, name, strides=1, padding="same"):
        x = layers.Conv2D(width, kernel, strides=strides, padding=padding, use_bias=False, name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-3, name=f"{name}_bn")(x)
        return layers.Activation("relu", name=f"{name}_relu")(x)

    def inception_a(x, pool_width, name):
        one = conv_bn(x, 8, 1, f"{name}_1x1")
        five = conv_bn(conv_bn(x, 6, 1, f"{name}_5x5_1"), 8, 5, f"{name}_5x5_2")
        three = conv_bn(x, 8, 1, f"{name}_3x3_1")
        three = conv_bn(three, 12, 3, f"{name}_3x3_2")
        three = conv_bn(three, 12, 3, f"{name}_3x3_3")
        pool = layers.AveragePooling2D(3, strides=1, padding="same", name=f"{name}_pool")(x)
        pool = conv_bn(pool, pool_width, 1, f"{name}_pool_1x1")
        return layers.Concatenate(name=name)([one, five, three, pool])

    image = keras.Input((28, 28, 3))
    x = conv_bn(image, 8, 3, "stem_1", strides=2, padding="valid")
    x = conv_bn(x, 10, 3, "stem_2")
    x = layers.MaxPooling2D(3, strides=2, name="stem_pool")(x)
    x = inception_a(x, 4, "mixed0")
    x = inception_a(x, 8, "mixed1")
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    return keras.Model(image, layers.Dense(6, name="predictions")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class BasicConv2d(nn.Module):
        def __init__(self, in_channels, out_channels, **kwargs):
            super().__init__()
            self.conv = nn.Conv2d(in_channels, out_channels, bias=False, **kwargs)
            self.bn = nn.BatchNorm2d(out_channels, eps=0.001)

        def forward(self, x):
            return F.relu(self.bn(self.conv(x)), inplace=True)

    class InceptionA(nn.Module):
        def __init__(self, in_channels, pool_features):
            super().__init__()
            self.branch1x1 = BasicConv2d(in_channels, 8, kernel_size=1)
            self.branch5x5_1 = BasicConv2d(in_channels, 6, kernel_size=1)
            self.branch5x5_2 = BasicConv2d(6, 8, kernel_size=5, padding=2)
            self.branch3x3dbl_1 = BasicConv2d(in_channels, 8, kernel_size=1)
            self.branch3x3dbl_2 = BasicConv2d(8, 12, kernel_size=3, padding=1)
            self.branch3x3dbl_3 = BasicConv2d(12, 12, kernel_size=3, padding=1)
            self.branch_pool = BasicConv2d(in_channels, pool_features, kernel_size=1)

        def forward(self, x):
            branch1x1 = self.branch1x1(x)
            branch5x5 = self.branch5x5_2(self.branch5x5_1(x))
            branch3x3dbl = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
            branch_pool = F.avg_pool2d(x, kernel_size=3, stride=1, padding=1)
            return torch.cat([branch1x1, branch5x5, branch3x3dbl, self.branch_pool(branch_pool)], 1)

    class Inception(nn.Module):
        def __init__(self):
            super().__init__()
            self.Conv2d_1a_3x3 = BasicConv2d(3, 8, kernel_size=3, stride=2)
            self.Conv2d_2b_3x3 = BasicConv2d(8, 10, kernel_size=3, padding=1)
            self.Mixed_5b = InceptionA(10, pool_features=4)
            self.Mixed_5c = InceptionA(32, pool_features=8)
            self.fc = nn.Linear(36, 6)

        def forward(self, x):
            x = F.max_pool2d(self.Conv2d_2b_3x3(self.Conv2d_1a_3x3(x)), kernel_size=3, stride=2)
            x = self.Mixed_5c(self.Mixed_5b(x))
            return self.fc(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))

    return Inception()
