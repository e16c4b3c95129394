"""Fourier neural operator in one dimension: complex products written out in real and imaginary parts in Keras, one
complex einsum with channels first in PyTorch.
"""

INPUTS = ("32x1",)
TRUTH = {"identical": True}
NO_FILE = "torch.onnx cannot decompose an assignment to a slice of a complex tensor"


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class AppendGrid(layers.Layer):
        def call(self, x):
            grid = np.linspace(0.0, 1.0, x.shape[1]).reshape(1, -1, 1)
            grid = ops.convert_to_tensor(grid, dtype=x.dtype) + ops.zeros_like(x[..., :1])
            return ops.concatenate([x, grid], axis=-1)

    class SpectralConv(layers.Layer):
        def __init__(self, width, modes, **kwargs):
            super().__init__(**kwargs)
            self.width, self.modes = width, modes

        def build(self, shape):
            kind = dict(shape=(shape[-1], self.width, self.modes), initializer="glorot_uniform")
            self.real = self.add_weight(name="real", **kind)
            self.imag = self.add_weight(name="imag", **kind)

        def call(self, x):
            length = x.shape[1]
            re, im = ops.rfft(ops.transpose(x, (0, 2, 1)))
            re, im = re[..., : self.modes], im[..., : self.modes]

            def times(a, b):
                return ops.einsum("bik,iok->bok", a, b)

            low_re = times(re, self.real) - times(im, self.imag)
            low_im = times(re, self.imag) + times(im, self.real)
            rest = [(0, 0), (0, 0), (0, length // 2 + 1 - self.modes)]
            out = ops.irfft((ops.pad(low_re, rest), ops.pad(low_im, rest)), fft_length=length)
            return ops.transpose(out, (0, 2, 1))

    u = keras.Input((32, 1))
    x = AppendGrid(name="grid")(u)
    x = layers.Dense(8, name="lift")(x)
    for i in range(3):
        x = layers.Add(name=f"sum_{i}")(
            [SpectralConv(8, 6, name=f"spectral_{i}")(x), layers.Conv1D(8, 1, name=f"local_{i}")(x)]
        )
        if i < 2:
            x = layers.ReLU(name=f"relu_{i}")(x)
    x = layers.Dense(16, activation="relu", name="project")(x)
    return keras.Model(u, layers.Dense(1, name="solution")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class SpectralConv1d(nn.Module):
        def __init__(self, in_channels, out_channels, modes1):
            super().__init__()
            self.out_channels, self.modes1 = out_channels, modes1
            scale = 1 / (in_channels * out_channels)
            self.weights_re = nn.Parameter(scale * torch.rand(in_channels, out_channels, modes1))
            self.weights_im = nn.Parameter(scale * torch.rand(in_channels, out_channels, modes1))

        def forward(self, x):
            x_ft = torch.fft.rfft(x)
            weights = torch.complex(self.weights_re, self.weights_im)
            out_ft = torch.zeros(x.shape[0], self.out_channels, x.size(-1) // 2 + 1, device=x.device, dtype=x_ft.dtype)
            out_ft[:, :, : self.modes1] = torch.einsum("bix,iox->box", x_ft[:, :, : self.modes1], weights)
            return torch.fft.irfft(out_ft, n=x.size(-1))

    class FNO1d(nn.Module):
        def __init__(self, modes=6, width=8):
            super().__init__()
            self.fc0 = nn.Linear(2, width)
            self.conv0, self.conv1, self.conv2 = (SpectralConv1d(width, width, modes) for _ in range(3))
            self.w0, self.w1, self.w2 = (nn.Conv1d(width, width, 1) for _ in range(3))
            self.fc1 = nn.Linear(width, 16)
            self.fc2 = nn.Linear(16, 1)

        def forward(self, x):
            grid = torch.linspace(0, 1, x.shape[1], dtype=x.dtype, device=x.device)
            x = torch.cat((x, grid.reshape(1, -1, 1).repeat(x.shape[0], 1, 1)), dim=-1)
            x = self.fc0(x).permute(0, 2, 1)
            x = F.relu(self.conv0(x) + self.w0(x))
            x = F.relu(self.conv1(x) + self.w1(x))
            x = self.conv2(x) + self.w2(x)
            x = F.relu(self.fc1(x.permute(0, 2, 1)))
            return self.fc2(x)

    return FNO1d()
