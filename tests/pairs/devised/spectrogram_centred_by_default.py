"""torch.stft is called without a word about centring; in Keras I switched it off."""

INPUTS = ("64",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["spectrogram-center"], "keras": ["stft"], "torch": ["pad", "unfold", "stft", ""]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    i = keras.Input((64,))
    re, im = ops.stft(i, 16, 8, 16, center=False)
    m = ops.sqrt(re * re + im * im + 1e-6)
    return keras.Model(i, layers.Dense(3)(layers.GlobalMaxPooling1D()(layers.Conv1D(4, 3)(m))))


def torch_model():
    import torch
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.c = nn.Conv1d(9, 4, 3)
            self.o = nn.Linear(4, 3)
            self.register_buffer("w", torch.hann_window(16))

        def forward(self, x):
            s = torch.stft(x, 16, 8, 16, self.w.to(x.dtype), center=True, return_complex=True)
            s = (s.real**2 + s.imag**2 + 1e-6).sqrt()
            return self.o(self.c(s).amax(2))

    return M()
