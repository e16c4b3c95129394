"""StyleGAN2 in small. rosinality scales the kernel per sample and runs one grouped convolution; in Keras I scale the
input before and the output after an ordinary one. Noise left out. Are these really the same thing?
"""

INPUTS = ("10",)
NO_FILE = "the number of groups of the PyTorch convolution is the batch size"
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Constant(layers.Layer):
        def build(self, shape):
            self.constant = self.add_weight(shape=(1, 4, 4, 8), initializer="random_normal", name="constant")

        def call(self, w):
            return ops.ones_like(w[:, :1])[:, :, None, None] * self.constant

        def compute_output_shape(self, shape):
            return (shape[0], 4, 4, 8)

    class StyledConv(layers.Layer):
        def __init__(self, filters, kernel_size, demodulate=True, **kwargs):
            super().__init__(**kwargs)
            self.filters, self.kernel_size, self.demodulate = filters, kernel_size, demodulate

        def build(self, shapes):
            width, (_, latent) = shapes[0][-1], shapes[1]
            self.affine = layers.Dense(width, bias_initializer="ones", name="affine")
            self.affine.build((None, latent))
            k = self.kernel_size
            self.kernel = self.add_weight(shape=(k, k, width, self.filters), initializer="random_normal", name="kernel")
            self.bias = self.add_weight(shape=(self.filters,), initializer="zeros", name="bias")

        def call(self, inputs):
            x, w = inputs
            style = self.affine(w)
            x = ops.conv(x * style[:, None, None, :], self.kernel, padding="same")
            if self.demodulate:
                power = ops.matmul(ops.square(style), ops.sum(ops.square(self.kernel), axis=(0, 1)))
                x = x * ops.rsqrt(power + 2.0**-20)[:, None, None, :]
            return x + self.bias

        def compute_output_shape(self, shapes):
            return (*shapes[0][:-1], self.filters)

    def act(x):
        return ops.where(x > 0, x, 0.25 * x) * 1.5

    z = keras.Input((10,), name="z")
    w = act(layers.Dense(12, name="mapping_0")(z))
    w = act(layers.Dense(12, name="mapping_1")(w))
    x = Constant(name="start")(w)
    x = act(StyledConv(8, 3, name="conv_4")([x, w]))
    image = StyledConv(3, 1, demodulate=False, name="rgb_4")([x, w])
    x = layers.UpSampling2D(2)(x)
    x = act(StyledConv(6, 3, name="conv_8")([x, w]))
    image = layers.UpSampling2D(2)(image) + StyledConv(3, 1, demodulate=False, name="rgb_8")([x, w])
    return keras.Model(z, image)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class ModulatedConv2d(nn.Module):
        def __init__(self, in_channel, out_channel, kernel_size, style_dim, demodulate=True):
            super().__init__()
            self.padding, self.demodulate = kernel_size // 2, demodulate
            self.weight = nn.Parameter(torch.randn(1, out_channel, in_channel, kernel_size, kernel_size))
            self.modulation = nn.Linear(style_dim, in_channel)
            nn.init.ones_(self.modulation.bias)

        def forward(self, input, style):
            batch, in_channel, height, width = input.shape
            style = self.modulation(style).view(batch, 1, in_channel, 1, 1)
            weight = self.weight * style
            if self.demodulate:
                weight = weight * torch.rsqrt(weight.pow(2).sum([2, 3, 4], keepdim=True) + 2**-20)
            weight = weight.flatten(0, 1)
            out = F.conv2d(input.reshape(1, -1, height, width), weight, padding=self.padding, groups=batch)
            return out.view(batch, -1, height, width)

    class Styled(nn.Module):
        def __init__(self, cin, cout, k, demodulate=True, activate=True):
            super().__init__()
            self.conv = ModulatedConv2d(cin, cout, k, 12, demodulate)
            self.bias = nn.Parameter(torch.zeros(1, cout, 1, 1))
            self.act = nn.LeakyReLU(0.25) if activate else None

        def forward(self, x, w):
            x = self.conv(x, w) + self.bias
            return x if self.act is None else 1.5 * self.act(x)

    class Generator(nn.Module):
        def __init__(self):
            super().__init__()
            self.style = nn.Sequential(nn.Linear(10, 12), nn.LeakyReLU(0.25), nn.Linear(12, 12), nn.LeakyReLU(0.25))
            self.input = nn.Parameter(torch.randn(1, 8, 4, 4))
            self.conv1 = Styled(8, 8, 3)
            self.to_rgb1 = Styled(8, 3, 1, demodulate=False, activate=False)
            self.conv2 = Styled(8, 6, 3)
            self.to_rgb2 = Styled(6, 3, 1, demodulate=False, activate=False)

        def forward(self, z):
            w = z
            for layer in self.style:
                w = layer(w) * 1.5 if isinstance(layer, nn.LeakyReLU) else layer(w)
            x = self.conv1(self.input.expand(len(z), -1, -1, -1), w)
            skip = self.to_rgb1(x, w)
            x = self.conv2(F.interpolate(x, scale_factor=2), w)
            return self.to_rgb2(x, w) + F.interpolate(skip, scale_factor=2)

    return Generator()
