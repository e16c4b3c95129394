"""S4D: my Keras layer writes the kernel in cosines and sines and applies it by FFT; the PyTorch module I compare
with has a complex state and runs the recurrence step by step, as at inference. Both with zero-order hold, the
parameters are the same.
"""

INPUTS = ("16x3",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class DiagonalKernel(layers.Layer):
        def __init__(self, channels, modes, **kwargs):
            super().__init__(**kwargs)
            self.channels, self.modes = channels, modes

        def build(self, shape):
            small = keras.initializers.RandomNormal(stddev=0.5)
            self.log_step = self.add_weight(
                shape=(self.channels,), initializer=keras.initializers.RandomUniform(-3, -1), name="log_step"
            )
            self.log_decay = self.add_weight(shape=(self.channels, self.modes), initializer=small, name="log_decay")
            self.freq = self.add_weight(shape=(self.channels, self.modes), initializer=small, name="freq")
            self.out_re = self.add_weight(shape=(self.channels, self.modes), initializer=small, name="out_re")
            self.out_im = self.add_weight(shape=(self.channels, self.modes), initializer=small, name="out_im")
            self.through = self.add_weight(shape=(self.channels,), initializer="ones", name="through")

        def call(self, u):
            length = u.shape[1]
            step = ops.exp(self.log_step)[:, None]
            a_re, a_im = -ops.exp(self.log_decay), self.freq
            # C (exp(step A) - 1) / A, written in real numbers
            grow, turn = ops.exp(step * a_re), step * a_im
            num_re, num_im = grow * ops.cos(turn) - 1.0, grow * ops.sin(turn)
            square = a_re * a_re + a_im * a_im
            b_re, b_im = (num_re * a_re + num_im * a_im) / square, (num_im * a_re - num_re * a_im) / square
            c_re = self.out_re * b_re - self.out_im * b_im
            c_im = self.out_re * b_im + self.out_im * b_re
            when = ops.cast(ops.arange(length), u.dtype)
            envelope = ops.exp((step * a_re)[..., None] * when)
            phase = turn[..., None] * when
            kernel = 2.0 * ops.sum(
                envelope * (c_re[..., None] * ops.cos(phase) - c_im[..., None] * ops.sin(phase)), axis=1
            )
            k_re, k_im = ops.rfft(ops.pad(kernel, [(0, 0), (0, length)]))
            u_re, u_im = ops.rfft(ops.pad(ops.transpose(u, (0, 2, 1)), [(0, 0), (0, 0), (0, length)]))
            y = ops.irfft((k_re * u_re - k_im * u_im, k_re * u_im + k_im * u_re), fft_length=2 * length)
            return ops.transpose(y[..., :length], (0, 2, 1)) + self.through * u

    signal = keras.Input((16, 3))
    x = layers.Dense(8, name="encoder")(signal)
    for i in range(2):
        y = ops.silu(DiagonalKernel(8, 4, name=f"ssm_{i}")(x))
        value = layers.Dense(8, name=f"value_{i}")(y)
        gate = layers.Dense(8, activation="sigmoid", name=f"gate_{i}")(y)
        x = layers.LayerNormalization(epsilon=1e-5, name=f"norm_{i}")(x + value * gate)
    return keras.Model(signal, layers.Dense(4, name="decoder")(layers.GlobalAveragePooling1D()(x)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class S4DRecurrent(nn.Module):
        def __init__(self, d_model, n):
            super().__init__()
            self.D = nn.Parameter(torch.randn(d_model))
            self.C = nn.Parameter(torch.randn(d_model, n, 2))
            self.A_imag = nn.Parameter(torch.randn(d_model, n))
            self.log_A_real = nn.Parameter(0.5 * torch.randn(d_model, n))
            self.log_dt = nn.Parameter(torch.rand(d_model) * 2 - 3)

        def forward(self, u):  # (B, L, H)
            a = torch.complex(-self.log_A_real.exp(), self.A_imag)
            da = torch.exp(a * self.log_dt.exp().unsqueeze(-1))
            db = (da - 1) / a
            c = torch.view_as_complex(self.C)
            state = da.new_zeros(u.size(0), *da.shape)
            ys = []
            for u_t in u.unbind(1):
                state = da * state + db * u_t.unsqueeze(-1)
                ys.append(2 * (c * state).sum(-1).real)
            return torch.stack(ys, 1) + u * self.D

    class Block(nn.Module):
        def __init__(self, d):
            super().__init__()
            self.s4 = S4DRecurrent(d, 4)
            self.output_linear = nn.Sequential(nn.Conv1d(d, 2 * d, kernel_size=1), nn.GLU(dim=-2))
            self.norm = nn.LayerNorm(d)

        def forward(self, x):
            y = self.output_linear(F.silu(self.s4(x)).transpose(1, 2)).transpose(1, 2)
            return self.norm(x + y)

    class S4Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Linear(3, 8)
            self.layers = nn.Sequential(Block(8), Block(8))
            self.decoder = nn.Linear(8, 4)

        def forward(self, x):
            return self.decoder(self.layers(self.encoder(x)).mean(1))

    return S4Model()
