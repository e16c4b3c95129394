"""Two synthesis layers of StyleGAN2: Keras scales the features before and after a shared convolution, PyTorch makes one
kernel per sample in a grouped convolution, but sums its squares over the output channels instead of the inputs.
"""

INPUTS = ("16",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-axis", "pool-axis", "norm-other", "wiring-other"],
            "keras": ["conv_0", "conv_0/*", "conv_1", "conv_1/*"],
            "torch": [
                "convs.0",
                "convs.1",
                "convs.0.conv",
                "convs.1.conv",
                "sum*",
                "rsqrt*",
                "pow*",
                "mul*",
                "conv2d*",
                "add*",
            ],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class PixelNorm(layers.Layer):
        def call(self, x):
            return x / ops.sqrt(ops.mean(ops.square(x), axis=-1, keepdims=True) + 1e-8)

    class ConstantMap(layers.Layer):
        def build(self, shape):
            self.constant = self.add_weight(shape=(1, 4, 4, 12), initializer="random_normal", name="constant")

        def call(self, w):
            return ops.tile(self.constant, (ops.shape(w)[0], 1, 1, 1))

    class ModulatedConv(layers.Layer):
        def __init__(self, filters, size, demodulate=True, **kwargs):
            super().__init__(**kwargs)
            self.filters, self.size, self.demodulate = filters, size, demodulate

        def build(self, x_shape, w_shape):
            self.affine = layers.Dense(x_shape[-1], name="affine")
            self.affine.build(w_shape)
            shape = (self.size, self.size, x_shape[-1], self.filters)
            self.kernel = self.add_weight(shape=shape, initializer="random_normal", name="kernel")
            self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

        def call(self, x, w):
            style = self.affine(w) + 1
            y = ops.conv(x * style[:, None, None, :], self.kernel, padding="same")
            if self.demodulate:
                kernels = self.kernel[None] * style[:, None, None, :, None]
                y = y * ops.rsqrt(ops.sum(ops.square(kernels), axis=(1, 2, 3)) + 1e-8)[:, None, None, :]
            return y + self.bias

    class Leaky(layers.Layer):
        def call(self, x):
            return ops.maximum(x, 0.2 * x)

    z = keras.Input((16,))
    w = PixelNorm(name="pixel_norm")(z)
    for i in range(2):
        w = Leaky(name=f"mapping_act_{i}")(layers.Dense(16, name=f"mapping_{i}")(w))
    x = ConstantMap(name="start")(w)
    x = Leaky(name="act_0")(ModulatedConv(10, 3, name="conv_0")(x, w))
    x = layers.UpSampling2D(2, name="up")(x)
    x = Leaky(name="act_1")(ModulatedConv(8, 3, name="conv_1")(x, w))
    x = ModulatedConv(3, 1, demodulate=False, name="to_rgb")(x, w)
    return keras.Model(z, x)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    EPS = 1e-8

    class Conv2DMod(nn.Module):
        def __init__(self, in_chan, out_chan, kernel, demod=True):
            super().__init__()
            self.filters = out_chan
            self.demod = demod
            self.weight = nn.Parameter(torch.randn((out_chan, in_chan, kernel, kernel)))

        def forward(self, x, y):
            b, _, h, w = x.shape
            weights = self.weight[None] * (y[:, None, :, None, None] + 1)
            if self.demod:
                weights = weights * torch.rsqrt((weights**2).sum(dim=(1, 3, 4), keepdim=True) + EPS)
            x = x.reshape(1, -1, h, w)
            weights = weights.reshape(b * self.filters, *weights.shape[2:])
            x = F.conv2d(x, weights, padding=weights.shape[-1] // 2, groups=b)
            return x.reshape(-1, self.filters, h, w)

    class StyledConv(nn.Module):
        def __init__(self, latent, in_chan, out_chan, kernel, demod=True):
            super().__init__()
            self.to_style = nn.Linear(latent, in_chan)
            self.conv = Conv2DMod(in_chan, out_chan, kernel, demod)
            self.bias = nn.Parameter(torch.zeros(1, out_chan, 1, 1))

        def forward(self, x, w):
            return self.conv(x, self.to_style(w)) + self.bias

    class Generator(nn.Module):
        def __init__(self, latent=16, channels=(12, 10, 8)):
            super().__init__()
            self.style = nn.Sequential(
                nn.Linear(latent, latent), nn.LeakyReLU(0.2), nn.Linear(latent, latent), nn.LeakyReLU(0.2)
            )
            self.initial_block = nn.Parameter(torch.randn((1, channels[0], 4, 4)))
            sizes = zip(channels, channels[1:], strict=False)
            self.convs = nn.ModuleList([StyledConv(latent, a, b, 3) for a, b in sizes])
            self.to_rgb = StyledConv(latent, channels[-1], 3, 1, demod=False)

        def forward(self, z):
            w = self.style(z * torch.rsqrt(z.pow(2).mean(dim=1, keepdim=True) + EPS))
            x = self.initial_block.expand(z.shape[0], -1, -1, -1)
            x = F.leaky_relu(self.convs[0](x, w), 0.2)
            x = F.interpolate(x, scale_factor=2)
            x = F.leaky_relu(self.convs[1](x, w), 0.2)
            return self.to_rgb(x, w)

    return Generator()
