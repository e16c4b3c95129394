"""Stem of Inception-ResNet V2 up to the second block35: keras.applications against the file of Cadene without gammas.

The first blocks are scaled by 0.17; I took 0.1 from the next stage (block17) for all of them.
"""

INPUTS = ("75x75x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other"],
            "keras": ["custom_scale_layer*", "block35_?", "block35_?_conv", "block35_?_ac"],
            "torch": ["repeat.*", "repeat.*.conv2d"],
        }
    ],
}


def keras_model():
    import keras

    whole = keras.applications.InceptionResNetV2(include_top=False, weights=None, input_shape=(75, 75, 3))
    return keras.Model(whole.input, whole.get_layer("block35_2_ac").output, name="features")


def torch_model():
    import torch
    from torch import nn

    class BasicConv2d(nn.Module):
        def __init__(self, i, o, kernel_size, stride=1, padding=0):
            super().__init__()
            self.conv = nn.Conv2d(i, o, kernel_size, stride, padding, bias=False)
            self.bn = nn.BatchNorm2d(o, eps=0.001, momentum=0.01)
            self.bn.register_parameter("weight", None)
            self.relu = nn.ReLU(inplace=False)

        def forward(self, x):
            return self.relu(self.bn(self.conv(x)))

    class Mixed_5b(nn.Module):
        def __init__(self):
            super().__init__()
            self.branch0 = BasicConv2d(192, 96, 1)
            self.branch1 = nn.Sequential(BasicConv2d(192, 48, 1), BasicConv2d(48, 64, 5, padding=2))
            self.branch2 = nn.Sequential(
                BasicConv2d(192, 64, 1), BasicConv2d(64, 96, 3, padding=1), BasicConv2d(96, 96, 3, padding=1)
            )
            pool = nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)
            self.branch3 = nn.Sequential(pool, BasicConv2d(192, 64, 1))

        def forward(self, x):
            return torch.cat((self.branch0(x), self.branch1(x), self.branch2(x), self.branch3(x)), 1)

    class Block35(nn.Module):
        def __init__(self, scale=1.0):
            super().__init__()
            self.scale = scale
            self.branch0 = BasicConv2d(320, 32, 1)
            self.branch1 = nn.Sequential(BasicConv2d(320, 32, 1), BasicConv2d(32, 32, 3, padding=1))
            self.branch2 = nn.Sequential(
                BasicConv2d(320, 32, 1), BasicConv2d(32, 48, 3, padding=1), BasicConv2d(48, 64, 3, padding=1)
            )
            self.conv2d = nn.Conv2d(128, 320, 1)
            self.relu = nn.ReLU(inplace=False)

        def forward(self, x):
            out = self.conv2d(torch.cat((self.branch0(x), self.branch1(x), self.branch2(x)), 1))
            return self.relu(out * self.scale + x)

    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv2d_1a = BasicConv2d(3, 32, 3, stride=2)
            self.conv2d_2a = BasicConv2d(32, 32, 3)
            self.conv2d_2b = BasicConv2d(32, 64, 3, padding=1)
            self.maxpool_3a = nn.MaxPool2d(3, stride=2)
            self.conv2d_3b = BasicConv2d(64, 80, 1)
            self.conv2d_4a = BasicConv2d(80, 192, 3)
            self.maxpool_5a = nn.MaxPool2d(3, stride=2)
            self.mixed_5b = Mixed_5b()
            self.repeat = nn.Sequential(Block35(scale=0.10), Block35(scale=0.10))

        def forward(self, x):
            x = self.maxpool_3a(self.conv2d_2b(self.conv2d_2a(self.conv2d_1a(x))))
            x = self.maxpool_5a(self.conv2d_4a(self.conv2d_3b(x)))
            return self.repeat(self.mixed_5b(x))

    return Features()
