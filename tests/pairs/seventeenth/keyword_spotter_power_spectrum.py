"""Keyword spotting on raw audio: the short-time Fourier transform is in the model. Keras goes on with magnitudes,
PyTorch with what the audio library calls a spectrogram by default, which is power.
"""

INPUTS = ("768",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other", "activation-parameter", "scale-other", "wiring-other", "join-other"],
            "keras": ["log_mel", "log_mel/*"],
            "torch": ["frontend", "frontend.*", "stft*", "abs*", "pow*", "square*", "mul*", "matmul*", "transpose*"],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def triangles(bins, bands):
        edges = np.linspace(0, 1, bands + 2) ** 1.6 * (bins - 1)
        at = np.arange(bins)[:, None]
        left, centre, right = edges[:-2], edges[1:-1], edges[2:]
        return np.maximum(0, np.minimum((at - left) / (centre - left), (right - at) / (right - centre)))

    class LogMel(layers.Layer):
        def build(self, shape):
            self.bank = triangles(33, 12)

        def call(self, wave):
            real, imag = ops.stft(wave, 64, 32, 64, window="hann", center=True)
            magnitude = ops.sqrt(ops.square(real) + ops.square(imag))
            mel = ops.matmul(magnitude, ops.convert_to_tensor(self.bank, dtype=wave.dtype))
            return ops.log(mel + 1e-3)[..., None]

    wave = keras.Input((768,))
    x = LogMel(name="log_mel")(wave)
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="level")(x)
    for i, width in enumerate((8, 16)):
        x = layers.Conv2D(width, 3, padding="same", activation="relu", name=f"conv_{i}")(x)
        x = layers.MaxPooling2D(2, name=f"pool_{i}")(x)
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    return keras.Model(wave, layers.Dense(6, name="words")(x))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Frontend(nn.Module):
        def __init__(self, n_fft=64, hop=32, n_mels=12):
            super().__init__()
            self.n_fft, self.hop = n_fft, hop
            n_freqs = n_fft // 2 + 1
            points = torch.linspace(0, 1, n_mels + 2, dtype=torch.float64) ** 1.6 * (n_freqs - 1)
            slopes = points[None, :] - torch.arange(n_freqs, dtype=torch.float64)[:, None]
            width = points.diff()
            fb = torch.minimum(-slopes[:, :-2] / width[:-1], slopes[:, 2:] / width[1:]).clamp(min=0)
            self.register_buffer("fb", fb)
            self.register_buffer("window", torch.hann_window(n_fft, dtype=torch.float64))

        def forward(self, x):
            window = self.window.to(x.dtype)
            spec = torch.stft(x, self.n_fft, self.hop, window=window, center=True, return_complex=True)
            mel = spec.abs().pow(2).transpose(1, 2) @ self.fb.to(x.dtype)
            return torch.log(mel + 1e-3).unsqueeze(1)

    class Spotter(nn.Module):
        def __init__(self):
            super().__init__()
            self.frontend = Frontend()
            self.bn = nn.BatchNorm2d(1)
            self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
            self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
            self.fc = nn.Linear(16, 6)

        def forward(self, x):
            x = self.bn(self.frontend(x))
            x = F.max_pool2d(F.relu(self.conv1(x)), 2)
            x = F.max_pool2d(F.relu(self.conv2(x)), 2)
            return self.fc(x.mean((2, 3)))

    return Spotter()
