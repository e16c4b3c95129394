"""Two inception modules for textures, with the average pool and its 1x1 projection as the fourth branch. Every
convolution has a batch norm.
"""

INPUTS = ("24x24x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["average-pool-padding"],
            "keras": ["mixed_a_pool", "mixed_b_pool"],
            "torch": ["a", "b", "a.*", "b.*", "avg_pool2d*", "*avg_pool*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def conv(x, filters, kernel, name, **kwargs):
        x = layers.Conv2D(filters, kernel, padding="same", use_bias=False, name=f"{name}_conv", **kwargs)(x)
        x = layers.BatchNormalization(epsilon=1e-3, momentum=0.9, name=f"{name}_bn")(x)
        return layers.Activation("relu", name=f"{name}_relu")(x)

    def module(x, name, width):
        one = conv(x, width, 1, f"{name}_1x1")
        five = conv(conv(x, width // 2, 1, f"{name}_5x5_reduce"), width, 5, f"{name}_5x5")
        three = x
        for i, filters in enumerate((width // 2, width, width)):
            three = conv(three, filters, 3 if i else 1, f"{name}_3x3dbl_{i}")
        pool = layers.AveragePooling2D(3, strides=1, padding="same", name=f"{name}_pool")(x)
        pool = conv(pool, width // 2, 1, f"{name}_pool_proj")
        return layers.Concatenate(name=name)([one, five, three, pool])

    image = keras.Input((24, 24, 3))
    x = conv(image, 8, 3, "stem")
    x = layers.MaxPooling2D(2, name="stem_pool")(x)
    x = module(module(x, "mixed_a", 8), "mixed_b", 12)
    x = layers.GlobalAveragePooling2D(name="pooled")(x)
    return keras.Model(image, layers.Dense(11, name="textures")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class BasicConv2d(nn.Module):
        def __init__(self, inp, out, kernel):
            super().__init__()
            self.conv = nn.Conv2d(inp, out, kernel, padding=kernel // 2, bias=False)
            self.bn = nn.BatchNorm2d(out, eps=0.001)

        def forward(self, x):
            return F.relu(self.bn(self.conv(x)), inplace=True)

    class Inception(nn.Module):
        def __init__(self, inp, width):
            super().__init__()
            half = width // 2
            self.branch1x1 = BasicConv2d(inp, width, 1)
            self.branch5x5_1 = BasicConv2d(inp, half, 1)
            self.branch5x5_2 = BasicConv2d(half, width, 5)
            self.branch3x3dbl = nn.Sequential(
                BasicConv2d(inp, half, 1), BasicConv2d(half, width, 3), BasicConv2d(width, width, 3)
            )
            self.branch_pool = BasicConv2d(inp, half, 1)

        def forward(self, x):
            pooled = F.avg_pool2d(x, kernel_size=3, stride=1, padding=1)
            branches = [
                self.branch1x1(x),
                self.branch5x5_2(self.branch5x5_1(x)),
                self.branch3x3dbl(x),
                self.branch_pool(pooled),
            ]
            return torch.cat(branches, 1)

    class Textures(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = BasicConv2d(3, 8, 3)
            self.a, self.b = Inception(8, 8), Inception(28, 12)
            self.fc = nn.Linear(42, 11)

        def forward(self, x):
            x = F.max_pool2d(self.stem(x), 2)
            return self.fc(self.b(self.a(x)).mean([2, 3]))

    return Textures()
