"""The first reduction cell of NASNetMobile from keras.applications, and PyTorch in the style of Cadene's
nasnet.py.

Batch norm was left at PyTorch's momentum (Keras: 0.9997), and the average pooling inside the cell counts the
zeros of its padding, which "same" in Keras does not.
"""

INPUTS = ("38x38x3",)
LIBRARIES = ("keras.applications",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["average-pool-padding"],
            "keras": ["reduction_left4_stem_1", "add*"],
            "torch": ["cell.comb_iter_3_left", "*add*", "cell"],
        },
        {
            "rules": ["norm-momentum"],
            "keras": ["*bn*"],
            "torch": ["*bn*", "cell.conv_1x1.2"],
            "visible": False,
        },
    ],
}


def keras_model():
    import keras

    whole = keras.applications.NASNetMobile(include_top=False, weights=None, input_shape=(38, 38, 3))
    return keras.Model(whole.input, whole.get_layer("reduction_concat_stem_1").output)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def bn(n):
        return nn.BatchNorm2d(n, eps=0.001)

    class SeparableConv2d(nn.Module):
        def __init__(self, i, o, k, s, p):
            super().__init__()
            self.depthwise_conv2d = nn.Conv2d(i, i, k, s, p, groups=i, bias=False)
            self.pointwise_conv2d = nn.Conv2d(i, o, 1, bias=False)

        def forward(self, x):
            return self.pointwise_conv2d(self.depthwise_conv2d(x))

    class BranchSeparables(nn.Module):
        def __init__(self, i, o, k):
            super().__init__()
            self.relu = nn.ReLU()
            self.separable_1, self.bn_sep_1 = SeparableConv2d(i, o, k, 2, 0), bn(o)
            self.relu1 = nn.ReLU()
            self.separable_2, self.bn_sep_2 = SeparableConv2d(o, o, k, 1, k // 2), bn(o)
            self.k = k

        def forward(self, x):
            before = [self.k // 2 - 1 + n % 2 for n in x.shape[2:]]
            x = F.pad(self.relu(x), (before[1], self.k // 2, before[0], self.k // 2))
            x = self.relu1(self.bn_sep_1(self.separable_1(x)))
            return self.bn_sep_2(self.separable_2(x))

    class Same(nn.Module):
        def __init__(self, i, o):
            super().__init__()
            self.relu1 = nn.ReLU()
            self.separable_1, self.bn_sep_1 = SeparableConv2d(i, o, 3, 1, 1), bn(o)
            self.relu2 = nn.ReLU()
            self.separable_2, self.bn_sep_2 = SeparableConv2d(o, o, 3, 1, 1), bn(o)

        def forward(self, x):
            x = self.bn_sep_1(self.separable_1(self.relu1(x)))
            return self.bn_sep_2(self.separable_2(self.relu2(x)))

    class CellStem0(nn.Module):
        def __init__(self, stem=32, n=11):
            super().__init__()
            self.conv_1x1 = nn.Sequential(nn.ReLU(), nn.Conv2d(stem, n, 1, bias=False), bn(n))
            self.comb_iter_0_left = BranchSeparables(n, n, 5)
            self.comb_iter_0_right = BranchSeparables(stem, n, 7)
            self.comb_iter_1_left = nn.MaxPool2d(3, stride=2)
            self.comb_iter_1_right = BranchSeparables(stem, n, 7)
            self.comb_iter_2_left = nn.AvgPool2d(3, stride=2)
            self.comb_iter_2_right = BranchSeparables(stem, n, 5)
            self.comb_iter_3_left = nn.AvgPool2d(3, stride=1, padding=1)
            self.comb_iter_4_left = Same(n, n)
            self.comb_iter_4_right = nn.MaxPool2d(3, stride=2)

        def forward(self, x):
            h = self.conv_1x1(x)
            rows, columns = (n % 2 for n in h.shape[2:])
            padded = F.pad(h, (columns, 1, rows, 1))
            s0 = self.comb_iter_0_left(h) + self.comb_iter_0_right(x)
            s1 = self.comb_iter_1_left(padded) + self.comb_iter_1_right(x)
            s2 = self.comb_iter_2_left(padded) + self.comb_iter_2_right(x)
            s3 = self.comb_iter_3_left(s0) + s1
            s4 = self.comb_iter_4_left(s0) + self.comb_iter_4_right(padded)
            return torch.cat([s1, s2, s3, s4], 1)

    class Stem(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv0 = nn.Sequential()
            self.conv0.add_module("conv", nn.Conv2d(3, 32, 3, stride=2, bias=False))
            self.conv0.add_module("bn", bn(32))
            self.cell = CellStem0()

        def forward(self, x):
            return self.cell(self.conv0(x))

    return Stem()
