"""The embedding of "Attention is all you need" is multiplied by sqrt(d_model) in Keras, not in PyTorch."""

INPUTS = ("9:int32",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["scale-other"],
            "keras": ["positional_embedding", "pos_embedding*"],
            "torch": ["embed", "add", "embed.*", "encoder", ""],
        }
    ],
}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def positional_encoding(length, depth):
        positions = np.arange(length)[:, None]
        angles = positions / 10000 ** (2 * (np.arange(depth) // 2)[None] / depth)
        angles[:, 0::2] = np.sin(angles[:, 0::2])
        angles[:, 1::2] = np.cos(angles[:, 1::2])
        return angles

    class PositionalEmbedding(layers.Layer):
        def __init__(self, vocab, width, **kwargs):
            super().__init__(**kwargs)
            self.width = width
            self.embedding = layers.Embedding(vocab, width)
            self.table = positional_encoding(64, width)

        def call(self, ids):
            x = self.embedding(ids) * np.sqrt(self.width)
            return x + ops.cast(self.table[None, : ids.shape[1]], x.dtype)

    ids = keras.Input((9,), dtype="int32")
    x = PositionalEmbedding(14, 8, name="pos_embedding")(ids)
    y = layers.MultiHeadAttention(2, 4)(x, x)
    x = layers.LayerNormalization(epsilon=1e-5)(layers.Add()([x, y]))
    y = layers.Dense(8)(layers.Dense(16, activation="relu")(x))
    x = layers.LayerNormalization(epsilon=1e-5)(layers.Add()([x, y]))
    return keras.Model(ids, layers.Dense(3)(layers.GlobalAveragePooling1D()(x)))


def torch_model():
    import math

    import torch
    from torch import nn

    class PositionalEncoding(nn.Module):
        def __init__(self, d_model, max_len=64):
            super().__init__()
            position = torch.arange(max_len, dtype=torch.float64).unsqueeze(1)
            div_term = torch.exp(torch.arange(0, d_model, 2, dtype=torch.float64) * (-math.log(10000.0) / d_model))
            pe = torch.zeros(max_len, d_model, dtype=torch.float64)
            pe[:, 0::2] = torch.sin(position * div_term)
            pe[:, 1::2] = torch.cos(position * div_term)
            self.register_buffer("pe", pe.unsqueeze(0))

        def forward(self, x):
            return x + self.pe[:, : x.size(1)].to(x.dtype)

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Sequential(nn.Embedding(14, 8), PositionalEncoding(8))
            self.encoder = nn.TransformerEncoder(
                nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True), 1, enable_nested_tensor=False
            )
            self.fc = nn.Linear(8, 3)

        def forward(self, ids):
            return self.fc(self.encoder(self.embed(ids)).mean(1))

    return Classifier()
