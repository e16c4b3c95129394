"""Two Inception blocks with four branches; the pooled branch averages 3x3 with stride one, in PyTorch with padding=1
and nothing said about the border.
"""

INPUTS = ("28x28x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["average-pool-padding"],
            "keras": ["*_pool"],
            "torch": ["mixed*.pool", "mixed*.pool.0", "avg_pool2d*", "mixed*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def conv(x, width, kernel, name):
        x = layers.Conv2D(width, kernel, padding="same", use_bias=False, name=name)(x)
        x = layers.BatchNormalization(scale=True, momentum=0.9, epsilon=1e-3, name=f"{name}_bn")(x)
        return layers.ReLU(name=f"{name}_relu")(x)

    def inception(x, name):
        one = conv(x, 6, 1, f"{name}_1x1")
        five = conv(conv(x, 4, 1, f"{name}_5x5_reduce"), 6, 5, f"{name}_5x5")
        three = conv(x, 4, 1, f"{name}_3x3_reduce")
        three = conv(conv(three, 6, 3, f"{name}_3x3_a"), 6, 3, f"{name}_3x3_b")
        pool = layers.AveragePooling2D(3, strides=1, padding="same", name=f"{name}_pool")(x)
        pool = conv(pool, 4, 1, f"{name}_project")
        return layers.Concatenate(name=f"{name}_concat")([one, five, three, pool])

    image = keras.Input((28, 28, 3))
    x = conv(image, 8, 3, "stem")
    x = layers.MaxPooling2D(2, name="stem_pool2")(x)
    x = inception(x, "mixed0")
    x = inception(x, "mixed1")
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return keras.Model(image, layers.Dense(5, name="predictions")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class BasicConv2d(nn.Module):
        def __init__(self, cin, cout, k):
            super().__init__()
            self.conv = nn.Conv2d(cin, cout, k, padding=k // 2, bias=False)
            self.bn = nn.BatchNorm2d(cout, eps=0.001)

        def forward(self, x):
            return F.relu(self.bn(self.conv(x)), inplace=True)

    class InceptionA(nn.Module):
        def __init__(self, cin):
            super().__init__()
            self.branch1x1 = BasicConv2d(cin, 6, 1)
            self.branch5x5 = nn.Sequential(BasicConv2d(cin, 4, 1), BasicConv2d(4, 6, 5))
            self.branch3x3 = nn.Sequential(BasicConv2d(cin, 4, 1), BasicConv2d(4, 6, 3), BasicConv2d(6, 6, 3))
            self.pool = nn.Sequential(nn.AvgPool2d(3, stride=1, padding=1), BasicConv2d(cin, 4, 1))

        def forward(self, x):
            return torch.cat([self.branch1x1(x), self.branch5x5(x), self.branch3x3(x), self.pool(x)], 1)

    class MiniInception(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv_1a = BasicConv2d(3, 8, 3)
            self.mixed_a = InceptionA(8)
            self.mixed_b = InceptionA(22)
            self.fc = nn.Linear(22, 5)

        def forward(self, x):
            x = F.max_pool2d(self.conv_1a(x), 2)
            x = self.mixed_b(self.mixed_a(x))
            return self.fc(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))

    return MiniInception()
