"""Log-mel front end from fixed kernels before a small conv net: natural logarithm in Keras, log10 in PyTorch."""

INPUTS = ("160x1",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            # log10 is the natural one times a constant
            "rules": ["scale-other", "activation-other"],
            "keras": ["log_mel", "*log*"],
            "torch": ["frontend", "frontend.*", "log10*"],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class LogMel(layers.Layer):
        def __init__(self, n_fft=32, hop=16, bands=8, **kwargs):
            super().__init__(**kwargs)
            self.hop, self.bins = hop, n_fft // 2 + 1
            n, k = np.arange(n_fft), np.arange(self.bins)
            window = 0.5 - 0.5 * np.cos(2 * np.pi * n / n_fft)
            angles = 2 * np.pi * np.outer(n, k) / n_fft
            basis = np.concatenate([np.cos(angles), -np.sin(angles)], axis=1) * window[:, None]
            self.kernel = basis[:, None, :].astype("float32")  # window, 1, real and imaginary
            centres = np.linspace(0, self.bins - 1, bands + 2)[1:-1]
            self.mel = np.maximum(0, 1 - np.abs(k[:, None] - centres[None, :]) / 2).astype("float32")

        def call(self, signal):
            z = ops.conv(signal, ops.cast(self.kernel, signal.dtype), strides=self.hop, padding="valid")
            power = ops.square(z[..., : self.bins]) + ops.square(z[..., self.bins :])
            return ops.log(ops.matmul(power, ops.cast(self.mel, signal.dtype)) + 1e-3)

    return keras.Sequential(
        [
            keras.Input((160, 1)),
            LogMel(name="log_mel"),
            layers.Conv1D(12, 3, padding="same", use_bias=False, name="conv1"),
            layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="bn1"),
            layers.ReLU(name="relu1"),
            layers.Conv1D(12, 3, padding="same", activation="relu", name="conv2"),
            layers.GlobalMaxPooling1D(name="pool"),
            layers.Dense(6, name="keyword"),
        ]
    )


def torch_model():
    import numpy as np
    import torch
    from torch import nn
    from torch.nn import functional as F

    class MelFrontend(nn.Module):
        def __init__(self, n_fft=32, hop_length=16, n_mels=8):
            super().__init__()
            self.hop_length = hop_length
            n_freq = n_fft // 2 + 1
            n, k = np.arange(n_fft), np.arange(n_freq)
            angles = 2 * np.pi * np.outer(n, k) / n_fft
            window = 0.5 - 0.5 * np.cos(2 * np.pi * n / n_fft)
            self.register_buffer("wcos", torch.from_numpy((np.cos(angles) * window[:, None]).T[:, None]).float())
            self.register_buffer("wsin", torch.from_numpy((-np.sin(angles) * window[:, None]).T[:, None]).float())
            centres = np.linspace(0, n_freq - 1, n_mels + 2)[1:-1]
            banks = np.maximum(0, 1 - np.abs(k[:, None] - centres[None, :]) / 2)
            self.register_buffer("mel_basis", torch.from_numpy(banks).float().t().contiguous())

        def forward(self, wav):
            real = F.conv1d(wav, self.wcos, stride=self.hop_length)
            imag = F.conv1d(wav, self.wsin, stride=self.hop_length)
            melspec = torch.matmul(self.mel_basis, real.pow(2) + imag.pow(2))
            return torch.log10(melspec + 1e-3)

    class KeywordNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.frontend = MelFrontend()
            self.encoder = nn.Sequential(
                nn.Conv1d(8, 12, 3, padding=1, bias=False),
                nn.BatchNorm1d(12),
                nn.ReLU(),
                nn.Conv1d(12, 12, 3, padding=1),
                nn.ReLU(),
            )
            self.fc = nn.Linear(12, 6)

        def forward(self, wav):
            return self.fc(self.encoder(self.frontend(wav)).amax(-1))

    return KeywordNet()
