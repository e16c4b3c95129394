"""I replaced the hand-made transformer blocks of my sensor classifier by the encoder layers PyTorch ships with; every
weight is copied, no error, but the prediction for one window depends on what else is in the batch.
"""

INPUTS = ("12x4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["attention-batch-first"],
            "keras": ["block_0_attention", "block_0_*", "block_1_attention"],
            "torch": ["encoder", "encoder.*"],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Positions(layers.Layer):
        def __init__(self, length, width, **kwargs):
            super().__init__(**kwargs)
            self.length = length
            self.table = layers.Embedding(length, width, name="table")

        def call(self, x):
            return x + self.table(ops.arange(self.length))

    def block(x, heads, width, hidden, name):
        a = layers.MultiHeadAttention(heads, width // heads, dropout=0.1, name=f"{name}_attention")(x, x)
        x = layers.Add(name=f"{name}_add1")([x, layers.Dropout(0.1)(a)])
        x = layers.LayerNormalization(epsilon=1e-6, name=f"{name}_norm1")(x)
        f = layers.Dense(hidden, activation="relu", name=f"{name}_wide")(x)
        f = layers.Dense(width, name=f"{name}_narrow")(layers.Dropout(0.1)(f))
        x = layers.Add(name=f"{name}_add2")([x, layers.Dropout(0.1)(f)])
        return layers.LayerNormalization(epsilon=1e-6, name=f"{name}_norm2")(x)

    window = keras.Input((12, 4), name="window")
    x = layers.Dense(32, name="lift")(window)
    x = Positions(12, 32, name="positions")(x)
    for i in range(2):
        x = block(x, 2, 32, 48, f"block_{i}")
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    return keras.Model(window, layers.Dense(6, name="activity")(x))


def torch_model():
    import torch
    from torch import nn

    class SensorTransformer(nn.Module):
        def __init__(self, n_in=4, length=12, d_model=32, nhead=2, num_layers=2, n_out=6):
            super().__init__()
            self.input_proj = nn.Linear(n_in, d_model)
            self.pos = nn.Embedding(length, d_model)
            layer = nn.TransformerEncoderLayer(d_model, nhead, dim_feedforward=48, dropout=0.1, layer_norm_eps=1e-6)
            self.encoder = nn.TransformerEncoder(layer, num_layers)
            self.out = nn.Linear(d_model, n_out)

        def forward(self, x):
            x = self.input_proj(x)
            x = x + self.pos(torch.arange(x.size(1), device=x.device))
            x = self.encoder(x)
            return self.out(x.mean(dim=1))

    return SensorTransformer()
