"""BiT blocks: convolutions whose kernels are standardised, group norm by hand in Keras (reshape, moments),
nn.GroupNorm in PyTorch. Pre-activation, projection of the shortcut behind the first norm, explicit padding before
the strided one.
"""

INPUTS = ("16x16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class StdConv(layers.Layer):
        def __init__(self, filters, size, strides=1, **kwargs):
            super().__init__(**kwargs)
            self.filters, self.size, self.strides = filters, size, strides

        def build(self, shape):
            self.w = self.add_weight(shape=(self.size, self.size, shape[-1], self.filters), name="w")

        def call(self, x):
            pad = self.size // 2
            mean, variance = ops.moments(self.w, axes=[0, 1, 2], keepdims=True)
            kernel = (self.w - mean) * ops.rsqrt(variance + 1e-10)
            x = ops.pad(x, [(0, 0), (pad, pad), (pad, pad), (0, 0)])
            return ops.conv(x, kernel, strides=self.strides, padding="valid")

    class GroupNorm(layers.Layer):
        def __init__(self, groups, **kwargs):
            super().__init__(**kwargs)
            self.groups = groups

        def build(self, shape):
            self.shift = self.add_weight(shape=(shape[-1],), initializer="zeros", name="shift")
            self.gain = self.add_weight(shape=(shape[-1],), initializer="ones", name="gain")

        def call(self, x):
            _, h, w, c = x.shape
            y = ops.reshape(x, (-1, h * w, self.groups, c // self.groups))
            mean = ops.mean(y, axis=(1, 3), keepdims=True)
            spread = ops.mean(ops.square(y - mean), axis=(1, 3), keepdims=True)
            y = ops.reshape((y - mean) / ops.sqrt(spread + 1e-5), (-1, h, w, c))
            return self.gain * y + self.shift

    def unit(x, middle, filters, strides, name):
        y = ops.relu(GroupNorm(4, name=name + "_gn1")(x))
        short = StdConv(filters, 1, strides, name=name + "_proj")(y) if strides > 1 or filters != x.shape[-1] else x
        y = StdConv(middle, 1, name=name + "_conv1")(y)
        y = StdConv(middle, 3, strides, name=name + "_conv2")(ops.relu(GroupNorm(4, name=name + "_gn2")(y)))
        y = StdConv(filters, 1, name=name + "_conv3")(ops.relu(GroupNorm(4, name=name + "_gn3")(y)))
        return short + y

    image = keras.Input((16, 16, 3))
    x = StdConv(8, 3, name="root")(image)
    x = unit(x, 8, 16, 2, "unit0")
    x = unit(x, 8, 16, 1, "unit1")
    x = ops.relu(GroupNorm(4, name="final_gn")(x))
    return keras.Model(image, layers.Dense(4, name="head")(ops.mean(x, axis=(1, 2))))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class StdConv2d(nn.Conv2d):
        def forward(self, x):
            w = self.weight
            v, m = torch.var_mean(w, dim=[1, 2, 3], keepdim=True, unbiased=False)
            w = (w - m) / torch.sqrt(v + 1e-10)
            return F.conv2d(x, w, self.bias, self.stride, self.padding, self.dilation, self.groups)

    def conv3x3(cin, cout, stride=1):
        return StdConv2d(cin, cout, kernel_size=3, stride=stride, padding=1, bias=False)

    def conv1x1(cin, cout, stride=1):
        return StdConv2d(cin, cout, kernel_size=1, stride=stride, padding=0, bias=False)

    class PreActBottleneck(nn.Module):
        def __init__(self, cin, cout, cmid, stride=1):
            super().__init__()
            self.gn1, self.gn2, self.gn3 = nn.GroupNorm(4, cin), nn.GroupNorm(4, cmid), nn.GroupNorm(4, cmid)
            self.conv1, self.conv2, self.conv3 = conv1x1(cin, cmid), conv3x3(cmid, cmid, stride), conv1x1(cmid, cout)
            self.relu = nn.ReLU(inplace=True)
            if stride != 1 or cin != cout:
                self.downsample = conv1x1(cin, cout, stride)

        def forward(self, x):
            out = self.relu(self.gn1(x))
            residual = self.downsample(out) if hasattr(self, "downsample") else x
            out = self.conv1(out)
            out = self.conv2(self.relu(self.gn2(out)))
            out = self.conv3(self.relu(self.gn3(out)))
            return out + residual

    return nn.Sequential(
        conv3x3(3, 8),
        PreActBottleneck(8, 16, 8, 2),
        PreActBottleneck(16, 16, 8),
        nn.GroupNorm(4, 16),
        nn.ReLU(inplace=True),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, 4),
    )
