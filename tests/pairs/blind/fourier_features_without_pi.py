"""Image regression from coordinates: frequencies are 2^i * pi in Keras and 2^i in PyTorch."""

INPUTS = ("2",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other", "position-table", "constant-buffer"],
            "keras": ["encoding", "hidden_0"],
            "torch": ["encoder*", "mlp.0", "mlp"],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class FrequencyEncoding(layers.Layer):
        def __init__(self, bands=5, include_input=True, **kwargs):
            super().__init__(**kwargs)
            self.bands, self.include_input = bands, include_input

        def call(self, x):
            frequencies = ops.cast(2.0 ** np.arange(self.bands) * np.pi, x.dtype)
            angles = ops.reshape(ops.expand_dims(x, -1) * frequencies, (-1, x.shape[-1] * self.bands))
            parts = [x] if self.include_input else []
            return ops.concatenate([*parts, ops.sin(angles), ops.cos(angles)], axis=-1)

    return keras.Sequential(
        [
            keras.Input((2,)),
            FrequencyEncoding(name="encoding"),
            layers.Dense(16, activation="relu", name="hidden_0"),
            layers.Dense(16, activation="relu", name="hidden_1"),
            layers.Dense(3, activation="sigmoid", name="rgb"),
        ],
        name="image_regression",
    )


def torch_model():
    import torch
    from torch import nn

    class Embedder(nn.Module):
        def __init__(self, num_freqs):
            super().__init__()
            self.register_buffer("freq_bands", 2.0 ** torch.linspace(0.0, num_freqs - 1, num_freqs))

        def forward(self, x):
            scaled = torch.einsum("bi,f->bif", x, self.freq_bands).flatten(1)
            return torch.cat((x, torch.sin(scaled), torch.cos(scaled)), dim=1)

    class CoordinateNet(nn.Module):
        def __init__(self, num_freqs=5, hidden=16):
            super().__init__()
            self.mlp = nn.Sequential(
                nn.Linear(2 + 4 * num_freqs, hidden),
                nn.ReLU(True),
                nn.Linear(hidden, hidden),
                nn.ReLU(True),
                nn.Linear(hidden, 3),
                nn.Sigmoid(),
            )
            self.encoder = Embedder(num_freqs)

        def forward(self, coords):
            return self.mlp(self.encoder(coords))

    return CoordinateNet()
