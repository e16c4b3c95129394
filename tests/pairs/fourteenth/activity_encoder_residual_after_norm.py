"""Activity recognition with a pre-norm transformer encoder on sensor windows; the port overwrites x with its norm and
so adds what comes out of the attention to the normalised signal.
"""

INPUTS = ("16x6",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["wiring-other", "attention-norm-position"],
            "keras": ["*_skip1", "*_skip2", "*_norm2", "*_attend"],
            "torch": ["layers.*", "layers.*.ff_norm", "add*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    def encoder(x, name):
        y = layers.LayerNormalization(epsilon=1e-6, name=f"{name}_norm1")(x)
        y = layers.MultiHeadAttention(num_heads=3, key_dim=4, name=f"{name}_attend")(y, y)
        x = layers.Add(name=f"{name}_skip1")([y, x])
        y = layers.LayerNormalization(epsilon=1e-6, name=f"{name}_norm2")(x)
        y = layers.Conv1D(24, 1, activation="relu", name=f"{name}_wide")(y)
        y = layers.Conv1D(12, 1, name=f"{name}_narrow")(y)
        return layers.Add(name=f"{name}_skip2")([y, x])

    window = keras.Input((16, 6))
    x = layers.Dense(12, name="lift")(window)
    x = encoder(x, "enc1")
    x = encoder(x, "enc2")
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    x = layers.Dense(16, activation="relu", name="mlp")(x)
    return keras.Model(window, layers.Dense(6, activation="softmax", name="activity")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class EncoderLayer(nn.Module):
        def __init__(self, d_model, n_heads, d_ff):
            super().__init__()
            self.attn_norm = nn.LayerNorm(d_model, eps=1e-6)
            self.attn = nn.MultiheadAttention(d_model, n_heads, batch_first=True)
            self.ff_norm = nn.LayerNorm(d_model, eps=1e-6)
            self.ff1 = nn.Linear(d_model, d_ff)
            self.ff2 = nn.Linear(d_ff, d_model)

        def forward(self, x):
            x = self.attn_norm(x)
            x = x + self.attn(x, x, x, need_weights=False)[0]
            x = self.ff_norm(x)
            return x + self.ff2(F.relu(self.ff1(x)))

    class HARTransformer(nn.Module):
        def __init__(self):
            super().__init__()
            self.inp = nn.Linear(6, 12)
            self.layers = nn.ModuleList([EncoderLayer(12, 3, 24), EncoderLayer(12, 3, 24)])
            self.mlp = nn.Linear(12, 16)
            self.out = nn.Linear(16, 6)

        def forward(self, x):
            x = self.inp(x)
            for layer in self.layers:
                x = layer(x)
            return self.out(F.relu(self.mlp(x.mean(1)))).softmax(-1)

    return HARTransformer()
