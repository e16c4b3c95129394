"""Keyword spotting on 400 raw samples: np.hanning on my Keras frames, torch.hann_window(64) in the port.

Features agree to a percent or so, and I cannot find the rest.
"""

INPUTS = ("400",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["window-periodic", "constant-buffer", "position-table", "scale-other", "wiring-other"],
            "keras": ["spectrum"],
            "torch": ["frontend*", "mul*", "unfold*", "*rfft*", "abs*", "pow*", "log*", ""],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class LogSpectrum(layers.Layer):
        """Frames of 64 samples every 32, windowed, log power of 33 bins by two constant matrices."""

        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            window = np.hanning(64)
            angles = 2 * np.pi * np.outer(np.arange(64), np.arange(33)) / 64
            self.cosines, self.sines = window[:, None] * np.cos(angles), window[:, None] * np.sin(angles)

        def call(self, audio):
            frames = ops.extract_sequences(audio, 64, 32)
            real = ops.matmul(frames, ops.cast(self.cosines, frames.dtype))
            imaginary = ops.matmul(frames, ops.cast(self.sines, frames.dtype))
            return ops.log(ops.square(real) + ops.square(imaginary) + 1e-3)

    audio = keras.Input((400,))
    x = LogSpectrum(name="spectrum")(audio)
    x = layers.Conv1D(12, 3, activation="relu", name="conv1")(x)
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="bn1")(x)
    x = layers.GRU(10, name="gru")(x)
    return keras.Model(audio, layers.Dense(5, activation="softmax", name="keyword")(x))


def torch_model():
    import torch
    from torch import nn

    class Frontend(nn.Module):
        def __init__(self, n_fft=64, hop=32):
            super().__init__()
            self.n_fft, self.hop = n_fft, hop
            self.register_buffer("window", torch.hann_window(n_fft))

        def forward(self, audio):
            frames = audio.unfold(-1, self.n_fft, self.hop) * self.window
            return torch.log(torch.fft.rfft(frames).abs() ** 2 + 1e-3)

    class KWS(nn.Module):
        def __init__(self):
            super().__init__()
            self.frontend = Frontend()
            self.conv1, self.bn1 = nn.Conv1d(33, 12, 3), nn.BatchNorm1d(12)
            self.gru = nn.GRU(12, 10, batch_first=True)
            self.fc = nn.Linear(10, 5)

        def forward(self, audio):
            x = self.frontend(audio).transpose(1, 2)
            x = self.bn1(torch.relu(self.conv1(x))).transpose(1, 2)
            return self.fc(self.gru(x)[1][-1]).softmax(-1)

    return KWS()
