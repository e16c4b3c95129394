"""SincNet front end: the fast version that mirrors half a filter (PyTorch), the plain one with sinc twice (Keras)."""

INPUTS = ("96x1",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class SincConv(layers.Layer):
        def __init__(self, filters, size, **kwargs):
            super().__init__(**kwargs)
            self.filters, self.size = filters, size

        def build(self, shape):
            edges = np.linspace(0.02, 0.4, self.filters + 1)
            self.low_hz = self.add_weight(
                shape=(self.filters, 1), initializer=lambda s, dtype: ops.cast(edges[:-1, None], dtype), name="low_hz"
            )
            self.band_hz = self.add_weight(
                shape=(self.filters, 1),
                initializer=lambda s, dtype: ops.cast(np.diff(edges)[:, None], dtype),
                name="band_hz",
            )

        def call(self, x):
            t = np.arange(self.size) - (self.size - 1) / 2
            safe = np.where(t == 0, 1.0, t)
            low = 0.0078125 + ops.abs(self.low_hz)
            high = ops.clip(low + 0.015625 + ops.abs(self.band_hz), 0.0078125, 0.5)

            def low_pass(cut):
                wave = ops.sin(cut * ops.cast(2 * np.pi * t, x.dtype)) / ops.cast(np.pi * safe, x.dtype)
                return ops.where(t[None] == 0, 2.0 * cut + 0.0 * wave, wave)

            band_pass = (low_pass(high) - low_pass(low)) / (2.0 * (high - low))
            kernel = band_pass * ops.cast(np.hamming(self.size), x.dtype)
            return ops.conv(x, ops.transpose(kernel)[:, None, :], padding="valid")

        def compute_output_shape(self, shape):
            return (shape[0], shape[1] - self.size + 1, self.filters)

    wave = keras.Input((96, 1))
    x = layers.LayerNormalization(axis=1, epsilon=1e-5, center=False, scale=False, name="wave_norm")(wave)
    x = SincConv(8, 17, name="sinc")(x)
    x = layers.MaxPooling1D(2)(ops.abs(x))
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="bn_0")(x)
    x = layers.LeakyReLU(negative_slope=0.25)(x)
    x = layers.Conv1D(10, 5, name="conv_1")(x)
    x = layers.LeakyReLU(negative_slope=0.25)(x)
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(wave, layers.Dense(4, name="speakers")(x))


def torch_model():
    import math

    import torch
    import torch.nn.functional as F
    from torch import nn

    class SincConv_fast(nn.Module):
        def __init__(self, out_channels, kernel_size, min_low=0.0078125, min_band=0.015625):
            super().__init__()
            self.min_low, self.min_band = min_low, min_band
            hz = torch.linspace(0.02, 0.4, out_channels + 1)
            self.low_hz_ = nn.Parameter(hz[:-1, None].clone())
            self.band_hz_ = nn.Parameter(hz.diff()[:, None])
            half = kernel_size // 2
            n = torch.arange(-half, 0, dtype=torch.float64)
            self.register_buffer("n_", 2 * math.pi * n)
            self.register_buffer("window_", 0.54 - 0.46 * torch.cos(2 * math.pi * (n + half) / (kernel_size - 1)))

        def forward(self, waveforms):
            n, window = self.n_.to(waveforms.dtype), self.window_.to(waveforms.dtype)
            low = self.min_low + torch.abs(self.low_hz_)
            high = torch.clamp(low + self.min_band + torch.abs(self.band_hz_), self.min_low, 0.5)
            band = high - low
            left = (torch.sin(high @ n[None]) - torch.sin(low @ n[None])) / (n / 2) * window
            kernel = torch.cat([left, 2 * band, left.flip(1)], dim=1) / (2 * band)
            return F.conv1d(waveforms, kernel[:, None])

    class SincNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = nn.LayerNorm(96, elementwise_affine=False)
            self.sinc = SincConv_fast(8, 17)
            self.bn = nn.BatchNorm1d(8)
            self.conv = nn.Conv1d(8, 10, 5)
            self.fc = nn.Linear(10, 4)

        def forward(self, x):
            x = F.max_pool1d(self.sinc(self.norm(x)).abs(), 2)
            x = F.leaky_relu(self.conv(F.leaky_relu(self.bn(x), 0.25)), 0.25)
            return self.fc(x.mean(-1))

    return SincNet()
