"""Keyword spotting on raw audio: the Keras front end cuts frames by an index and weighs them with NumPy's Hann window,
the PyTorch one calls torch.stft with torch.hann_window.
"""

INPUTS = ("512",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["window-periodic"],
            "keras": ["log_mel"],
            "torch": ["frontend", "frontend.*", "stft*", "hann_window*", ""],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def mel_matrix(bands, bins, rate):
        def to_mel(f):
            return 2595.0 * np.log10(1.0 + np.asarray(f) / 700.0)

        edges = 700.0 * (10.0 ** (np.linspace(to_mel(0.0), to_mel(rate / 2), bands + 2) / 2595.0) - 1.0)
        frequencies = np.linspace(0.0, rate / 2, bins)
        columns = []
        for low, centre, high in zip(edges, edges[1:], edges[2:]):
            rise, fall = (frequencies - low) / (centre - low), (high - frequencies) / (high - centre)
            columns.append(np.clip(np.minimum(rise, fall), 0.0, None))
        return np.stack(columns, axis=1)

    class LogMel(layers.Layer):
        def __init__(self, frame=64, hop=32, bands=12, rate=8000, **kwargs):
            super().__init__(**kwargs)
            self.frame, self.hop = frame, hop
            self.window = np.hanning(frame)
            self.mel = mel_matrix(bands, frame // 2 + 1, rate)

        def call(self, wave):
            starts = np.arange(0, wave.shape[1] - self.frame + 1, self.hop)
            frames = ops.take(wave, starts[:, None] + np.arange(self.frame)[None], axis=1)
            real, imag = ops.rfft(frames * ops.convert_to_tensor(self.window, dtype=wave.dtype))
            power = ops.square(real) + ops.square(imag)
            return ops.log(ops.matmul(power, ops.convert_to_tensor(self.mel, dtype=wave.dtype)) + 1e-3)

    wave = keras.Input((512,))
    x = LogMel(name="log_mel")(wave)
    for i, width in enumerate((16, 20)):
        x = layers.Conv1D(width, 3, padding="same", use_bias=False, name=f"conv_{i}")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn_{i}")(x)
        x = layers.ReLU()(x)
    return keras.Model(wave, layers.Dense(6, name="words")(layers.GlobalAveragePooling1D()(x)))


def torch_model():
    import math

    import torch
    import torch.nn.functional as F
    from torch import nn

    def melscale_fbanks(n_freqs, n_mels, sample_rate):
        all_freqs = torch.linspace(0, sample_rate // 2, n_freqs, dtype=torch.float64)
        m_max = 2595.0 * math.log10(1.0 + (sample_rate / 2) / 700.0)
        m_pts = torch.linspace(0.0, m_max, n_mels + 2, dtype=torch.float64)
        f_pts = 700.0 * (10.0 ** (m_pts / 2595.0) - 1.0)
        f_diff = f_pts[1:] - f_pts[:-1]
        slopes = f_pts.unsqueeze(0) - all_freqs.unsqueeze(1)
        down = (-1.0 * slopes[:, :-2]) / f_diff[:-1]
        up = slopes[:, 2:] / f_diff[1:]
        return torch.clamp(torch.min(down, up), min=0.0)

    class LogMelFrontend(nn.Module):
        def __init__(self, n_fft=64, hop_length=32, n_mels=12, sample_rate=8000):
            super().__init__()
            self.n_fft, self.hop_length, self.n_mels, self.sample_rate = n_fft, hop_length, n_mels, sample_rate

        def forward(self, x):
            window = torch.hann_window(self.n_fft, dtype=x.dtype, device=x.device)
            spec = torch.stft(
                x, self.n_fft, self.hop_length, window=window, center=False, onesided=True, return_complex=True
            )
            fb = melscale_fbanks(self.n_fft // 2 + 1, self.n_mels, self.sample_rate).to(x)
            mel = torch.einsum("bft,fm->bmt", spec.abs().pow(2), fb)
            return torch.log(mel + 1e-3)

    class KWS(nn.Module):
        def __init__(self):
            super().__init__()
            self.frontend = LogMelFrontend()
            self.conv1, self.conv2 = (
                nn.Conv1d(12, 16, 3, padding=1, bias=False),
                nn.Conv1d(16, 20, 3, padding=1, bias=False),
            )
            self.bn1, self.bn2 = nn.BatchNorm1d(16), nn.BatchNorm1d(20)
            self.fc = nn.Linear(20, 6)

        def forward(self, x):
            x = self.frontend(x)
            x = F.relu(self.bn1(self.conv1(x)))
            x = F.relu(self.bn2(self.conv2(x)))
            return self.fc(x.mean(-1))

    return KWS()
