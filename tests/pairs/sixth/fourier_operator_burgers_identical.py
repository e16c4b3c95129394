"""Fourier neural operator in one dimension (Burgers). complex weights: PyTorch keeps (in, out, modes, 2) and uses
view_as_complex, Keras has real and imaginary part apart and multiplies by hand.
"""

INPUTS = ("32x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class SpectralConv(layers.Layer):
        def __init__(self, width, modes, **kwargs):
            super().__init__(**kwargs)
            self.width, self.modes = width, modes

        def build(self, shape):
            size = (self.modes, shape[-1], self.width)
            start = keras.initializers.RandomUniform(0.0, 0.1)
            self.imag = self.add_weight(shape=size, initializer=start, name="imag")
            self.real = self.add_weight(shape=size, initializer=start, name="real")

        def call(self, x):
            length = x.shape[1]
            re, im = ops.rfft(ops.transpose(x, (0, 2, 1)))
            re, im = re[..., : self.modes], im[..., : self.modes]
            out_re = ops.einsum("bim,mio->bom", re, self.real) - ops.einsum("bim,mio->bom", im, self.imag)
            out_im = ops.einsum("bim,mio->bom", re, self.imag) + ops.einsum("bim,mio->bom", im, self.real)
            pad = [(0, 0), (0, 0), (0, length // 2 + 1 - self.modes)]
            y = ops.irfft((ops.pad(out_re, pad), ops.pad(out_im, pad)), fft_length=length)
            return ops.transpose(y, (0, 2, 1))

    grid = keras.Input((32, 1))
    x = layers.Dense(12, name="lift")(grid)
    for i in range(3):
        y = layers.Add()([SpectralConv(12, 6, name=f"spectral_{i}")(x), layers.Dense(12, name=f"local_{i}")(x)])
        x = y if i == 2 else ops.silu(y)
    x = layers.Dense(16, activation="relu", name="project")(x)
    return keras.Model(grid, layers.Dense(1, name="field")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class SpectralConv1d(nn.Module):
        def __init__(self, in_channels, out_channels, modes1):
            super().__init__()
            self.modes1 = modes1
            scale = 1 / (in_channels * out_channels)
            self.weights1 = nn.Parameter(scale * torch.rand(in_channels, out_channels, modes1, 2))

        def forward(self, x):
            x_ft = torch.fft.rfft(x)
            w = torch.view_as_complex(self.weights1)
            out_ft = x_ft.new_zeros(x.shape[0], w.shape[1], x.size(-1) // 2 + 1)
            out_ft[:, :, : self.modes1] = torch.einsum("bix,iox->box", x_ft[:, :, : self.modes1], w)
            return torch.fft.irfft(out_ft, n=x.size(-1))

    class FNO1d(nn.Module):
        def __init__(self, modes=6, width=12):
            super().__init__()
            self.fc0 = nn.Linear(1, width)
            self.conv0 = SpectralConv1d(width, width, modes)
            self.conv1 = SpectralConv1d(width, width, modes)
            self.conv2 = SpectralConv1d(width, width, modes)
            self.w0 = nn.Conv1d(width, width, 1)
            self.w1 = nn.Conv1d(width, width, 1)
            self.w2 = nn.Conv1d(width, width, 1)
            self.fc1 = nn.Linear(width, 16)
            self.fc2 = nn.Linear(16, 1)

        def forward(self, x):
            x = self.fc0(x).permute(0, 2, 1)
            x = F.silu(self.w0(x) + self.conv0(x))
            x = F.silu(self.w1(x) + self.conv1(x))
            x = self.w2(x) + self.conv2(x)
            return self.fc2(F.relu(self.fc1(x.permute(0, 2, 1))))

    return FNO1d()
