"""First two modules of Inception V3, keras.applications against the InceptionA of torchvision.

F.avg_pool2d counts the zeros around the image in its mean, TensorFlow's SAME pooling does not. Only the border of the
last 32 and 64 channels differs; epsilon, momentum and the missing gammas I had seen to.
"""

INPUTS = ("75x75x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["average-pool-padding"],
            "keras": ["average_pooling2d*"],
            "torch": ["Mixed_5b", "avg_pool2d*", "Mixed_5b.*", "Mixed_5c", "Mixed_5c.*"],
        }
    ],
}


def keras_model():
    import keras

    whole = keras.applications.InceptionV3(include_top=False, weights=None, input_shape=(75, 75, 3))
    return keras.Model(whole.input, whole.get_layer("mixed1").output, name="inception")


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class BasicConv2d(nn.Module):
        def __init__(self, i, o, **kwargs):
            super().__init__()
            self.conv = nn.Conv2d(i, o, bias=False, **kwargs)
            self.bn = nn.BatchNorm2d(o, eps=0.001, momentum=0.01)
            del self.bn.weight
            self.bn.register_parameter("weight", None)

        def forward(self, x):
            return F.relu(self.bn(self.conv(x)))

    class InceptionA(nn.Module):
        def __init__(self, i, pool_features):
            super().__init__()
            self.branch1x1 = BasicConv2d(i, 64, kernel_size=1)
            self.branch5x5_1 = BasicConv2d(i, 48, kernel_size=1)
            self.branch5x5_2 = BasicConv2d(48, 64, kernel_size=5, padding=2)
            self.branch3x3dbl_1 = BasicConv2d(i, 64, kernel_size=1)
            self.branch3x3dbl_2 = BasicConv2d(64, 96, kernel_size=3, padding=1)
            self.branch3x3dbl_3 = BasicConv2d(96, 96, kernel_size=3, padding=1)
            self.branch_pool = BasicConv2d(i, pool_features, kernel_size=1)

        def forward(self, x):
            triple = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
            pool = self.branch_pool(F.avg_pool2d(x, kernel_size=3, stride=1, padding=1))
            return torch.cat([self.branch1x1(x), self.branch5x5_2(self.branch5x5_1(x)), triple, pool], 1)

    class Inception3(nn.Module):
        def __init__(self):
            super().__init__()
            self.Conv2d_1a_3x3 = BasicConv2d(3, 32, kernel_size=3, stride=2)
            self.Conv2d_2a_3x3 = BasicConv2d(32, 32, kernel_size=3)
            self.Conv2d_2b_3x3 = BasicConv2d(32, 64, kernel_size=3, padding=1)
            self.Conv2d_3b_1x1 = BasicConv2d(64, 80, kernel_size=1)
            self.Conv2d_4a_3x3 = BasicConv2d(80, 192, kernel_size=3)
            self.Mixed_5b = InceptionA(192, 32)
            self.Mixed_5c = InceptionA(256, 64)

        def forward(self, x):
            x = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x)))
            x = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(F.max_pool2d(x, 3, 2)))
            return self.Mixed_5c(self.Mixed_5b(F.max_pool2d(x, 3, 2)))

    return Inception3()
