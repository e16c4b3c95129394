"""Normalizer-free blocks with standardised kernels: the variance of a kernel is biased in Keras, torch.var is not."""

INPUTS = ("16x16x3",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["variance-correction"],
            "keras": ["stem", "block*_conv*", "block*_skip"],
            "torch": ["stem*", "blocks.*.conv*", "blocks.*.downsample*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class ScaledStandardizedConv2D(layers.Conv2D):
        """Convolution with weight standardisation and a gain per output channel (NFNets)."""

        def build(self, input_shape):
            super().build(input_shape)
            self.gain = self.add_weight(shape=(self.filters,), initializer="ones", name="gain")

        def call(self, x):
            w = self.kernel
            fan_in = float(w.shape[0] * w.shape[1] * w.shape[2])
            mean = ops.mean(w, axis=(0, 1, 2), keepdims=True)
            var = ops.var(w, axis=(0, 1, 2), keepdims=True)
            w = (w - mean) * self.gain / ops.sqrt(ops.maximum(var * fan_in, 1e-4))
            y = ops.conv(x, w, strides=list(self.strides), padding=self.padding)
            return y + self.bias

    def gelu(x):
        return layers.Activation("gelu")(x) * 1.7015043497085571

    def nf_block(x, width, name, alpha=0.2, beta=1.0):
        y = gelu(x * (1.0 / beta))
        skip = x
        if x.shape[-1] != width:
            skip = ScaledStandardizedConv2D(width, 1, name=f"{name}_skip")(y)
        y = ScaledStandardizedConv2D(width // 2, 1, name=f"{name}_conv0")(y)
        y = ScaledStandardizedConv2D(width // 2, 3, padding="same", name=f"{name}_conv1")(gelu(y))
        y = ScaledStandardizedConv2D(width, 1, name=f"{name}_conv2")(gelu(y))
        return skip + y * alpha

    inputs = keras.Input((16, 16, 3))
    x = ScaledStandardizedConv2D(8, 3, padding="same", name="stem")(inputs)
    x = nf_block(x, 12, "block0")
    x = layers.AveragePooling2D(2, name="pool")(x)
    x = nf_block(x, 12, "block1", beta=1.04)
    x = layers.GlobalAveragePooling2D(name="gap")(gelu(x))
    return keras.Model(inputs, layers.Dense(4, name="fc")(x))


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    class ScaledStdConv2d(nn.Conv2d):
        def __init__(self, i, o, k, padding=0, eps=1e-4):
            super().__init__(i, o, k, padding=padding)
            self.gain = nn.Parameter(torch.ones(o, 1, 1, 1))
            self.eps = eps
            self.fan_in = self.weight[0].numel()

        def forward(self, x):
            var, mean = torch.var_mean(self.weight, dim=(1, 2, 3), keepdim=True)
            scale = torch.rsqrt(torch.clamp(var * self.fan_in, min=self.eps)) * self.gain
            return F.conv2d(x, (self.weight - mean) * scale, self.bias, self.stride, self.padding)

    class GammaGelu(nn.Module):
        def forward(self, x):
            return F.gelu(x) * 1.7015043497085571

    class NormFreeBlock(nn.Module):
        def __init__(self, i, o, alpha=0.2, beta=1.0):
            super().__init__()
            self.alpha, self.beta = alpha, beta
            self.act = GammaGelu()
            self.downsample = ScaledStdConv2d(i, o, 1) if i != o else None
            self.conv1 = ScaledStdConv2d(i, o // 2, 1)
            self.conv2 = ScaledStdConv2d(o // 2, o // 2, 3, padding=1)
            self.conv3 = ScaledStdConv2d(o // 2, o, 1)

        def forward(self, x):
            out = self.act(x / self.beta)
            shortcut = x if self.downsample is None else self.downsample(out)
            out = self.conv1(out)
            out = self.conv2(self.act(out))
            out = self.conv3(self.act(out))
            return out * self.alpha + shortcut

    class NFNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = ScaledStdConv2d(3, 8, 3, padding=1)
            self.blocks = nn.ModuleList([NormFreeBlock(8, 12), NormFreeBlock(12, 12, beta=1.04)])
            self.pool = nn.AvgPool2d(2)
            self.act = GammaGelu()
            self.head = nn.Linear(12, 4)

        def forward(self, x):
            x = self.pool(self.blocks[0](self.stem(x)))
            x = self.act(self.blocks[1](x))
            return self.head(x.mean((-2, -1)))

    return NFNet()
