"""Pre-norm encoder: the last LayerNormalization in front of the head was not ported."""

INPUTS = ("6x8",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["layer-missing", "norm-other"],
            "keras": ["ln_final", "global_average_pooling1d", "head"],
            "torch": ["head", "mean", "blocks.1", "blocks.1.*", "", "add*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((6, 8))
    for i in range(2):
        y = layers.LayerNormalization(epsilon=1e-6, name=f"ln_{i}_a")(x)
        y = layers.MultiHeadAttention(2, 4, name=f"attn_{i}")(y, y)
        x = layers.Add(name=f"add_{i}_a")([y, x])
        y = layers.LayerNormalization(epsilon=1e-6, name=f"ln_{i}_b")(x)
        y = layers.Dense(16, activation=keras.activations.gelu, name=f"mlp_{i}_a")(y)
        y = layers.Dense(8, name=f"mlp_{i}_b")(y)
        x = layers.Add(name=f"add_{i}_b")([y, x])
    x = layers.LayerNormalization(epsilon=1e-6, name="ln_final")(x)
    return keras.Model(inputs, layers.Dense(3, name="head")(layers.GlobalAveragePooling1D()(x)))


def torch_model():
    from functools import partial

    from torch import nn

    norm = partial(nn.LayerNorm, eps=1e-6)

    class Block(nn.Module):
        def __init__(self, d):
            super().__init__()
            self.ln_1 = norm(d)
            self.attn = nn.MultiheadAttention(d, 2, batch_first=True)
            self.ln_2 = norm(d)
            self.mlp = nn.Sequential(nn.Linear(d, 2 * d), nn.GELU(), nn.Linear(2 * d, d))

        def forward(self, x):
            y = self.ln_1(x)
            y, _ = self.attn(y, y, y)
            x = x + y
            return x + self.mlp(self.ln_2(x))

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks = nn.Sequential(*[Block(8) for _ in range(2)])
            self.head = nn.Linear(8, 3)

        def forward(self, x):
            return self.head(self.blocks(x).mean(dim=1))

    return Encoder()
