"""Fourier neural operator in one dimension: complex weights as two real arrays and a product by hand in Keras, one
array with a last axis of two, seen as complex, in PyTorch, where channels come first.
"""

INPUTS = ("32x2",)
TRUTH = {"identical": True}
NO_FILE = "neither exporter writes the Fourier transform with its complex weights"


def keras_model():
    import keras
    from keras import layers, ops

    class SpectralConv(layers.Layer):
        def __init__(self, width, modes, **kwargs):
            super().__init__(**kwargs)
            self.width, self.modes = width, modes

        def build(self, shape):
            size = (self.modes, shape[-1], self.width)
            self.real = self.add_weight(shape=size, initializer="random_normal", name="real")
            self.imaginary = self.add_weight(shape=size, initializer="random_normal", name="imaginary")

        def call(self, x):
            steps = x.shape[1]
            a, b = ops.rfft(ops.transpose(x, (0, 2, 1)))
            a, b = a[..., : self.modes], b[..., : self.modes]
            real = ops.einsum("bim,mio->bom", a, self.real) - ops.einsum("bim,mio->bom", b, self.imaginary)
            imaginary = ops.einsum("bim,mio->bom", a, self.imaginary) + ops.einsum("bim,mio->bom", b, self.real)
            rest = [[0, 0], [0, 0], [0, steps // 2 + 1 - self.modes]]
            y = ops.irfft((ops.pad(real, rest), ops.pad(imaginary, rest)), fft_length=steps)
            return ops.transpose(y, (0, 2, 1))

    inputs = keras.Input((32, 2))
    x = layers.Dense(8, name="lift")(inputs)
    for block in range(3):
        spectral = SpectralConv(8, 6, name=f"spectral_{block}")(x)
        x = layers.Add()([spectral, layers.Dense(8, name=f"local_{block}")(x)])
        if block < 2:
            x = layers.Activation("silu")(x)
    x = layers.Dense(16, activation="silu", name="project")(x)
    return keras.Model(inputs, layers.Dense(1, name="field")(x))


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
            out_ft = torch.zeros(x.shape[0], self.weights1.shape[1], x_ft.shape[-1], dtype=x_ft.dtype)
            weights = torch.view_as_complex(self.weights1)
            out_ft[:, :, : self.modes1] = torch.einsum("bix,iox->box", x_ft[:, :, : self.modes1], weights)
            return torch.fft.irfft(out_ft, n=x.size(-1))

    class FNO1d(nn.Module):
        def __init__(self, modes=6, width=8):
            super().__init__()
            self.fc0, self.fc1, self.fc2 = nn.Linear(2, width), nn.Linear(width, 16), nn.Linear(16, 1)
            self.convs = nn.ModuleList(SpectralConv1d(width, width, modes) for _ in range(3))
            self.ws = nn.ModuleList(nn.Conv1d(width, width, 1) for _ in range(3))

        def forward(self, x):
            x = self.fc0(x).permute(0, 2, 1)
            for i, (conv, w) in enumerate(zip(self.convs, self.ws, strict=True)):
                x = conv(x) + w(x)
                if i < len(self.ws) - 1:
                    x = F.silu(x)
            return self.fc2(F.silu(self.fc1(x.permute(0, 2, 1))))

    return FNO1d()
