"""Text and sensor towers: PyTorch has no positions, and multiplies by the logarithm of the learned temperature."""

INPUTS = ("7:int32", "10")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["positions-missing", "layer-missing"],
            "keras": ["*position*", "*token_embedding*", "text_tower*", "text_attention*"],
            "torch": ["text.embed*", "text.block*", "text"],
        },
        {"rules": ["activation-other", "scale-other"], "keras": ["similarity"], "torch": ["logit_scale", "mul*", ""]},
    ],
}


def keras_model():
    import math

    import keras
    from keras import layers, ops

    class TokenAndPosition(layers.Layer):
        def __init__(self, vocab, length, dim, **kwargs):
            super().__init__(**kwargs)
            self.token_embedding = layers.Embedding(vocab, dim, name="token_embedding")
            self.position_embedding = layers.Embedding(length, dim, name="position_embedding")
            self.length = length

        def call(self, ids):
            return self.token_embedding(ids) + self.position_embedding(ops.arange(self.length))

    class Similarity(layers.Layer):
        def build(self, shape):
            self.logit_scale = self.add_weight(
                shape=(), initializer=keras.initializers.Constant(math.log(1 / 0.07)), name="logit_scale"
            )

        def call(self, inputs):
            text, signal = inputs
            return ops.exp(self.logit_scale) * ops.sum(text * signal, axis=-1, keepdims=True)

    def residual(x, y, name):
        return layers.LayerNormalization(epsilon=1e-5, name=name)(layers.Add(name=f"{name}_add")([x, y]))

    ids = keras.Input((7,), dtype="int32", name="text")
    signal = keras.Input((10,), name="signal")
    x = TokenAndPosition(33, 7, 12, name="text_tower_embedding")(ids)
    x = residual(x, layers.MultiHeadAttention(2, 6, name="text_attention")(x, x), "text_norm1")
    y = layers.Dense(12, name="text_fc2")(layers.Dense(20, activation="relu", name="text_fc1")(x))
    x = residual(x, y, "text_norm2")
    x = layers.Dense(8, use_bias=False, name="text_projection")(x[:, -1])
    text = layers.UnitNormalization(name="text_unit")(x)
    y = layers.Dense(16, activation="relu", name="signal_fc")(signal)
    y = layers.Dense(8, use_bias=False, name="signal_projection")(y)
    other = layers.UnitNormalization(name="signal_unit")(y)
    return keras.Model([ids, signal], Similarity(name="similarity")([text, other]))


def torch_model():
    import numpy as np
    import torch
    from torch import nn
    from torch.nn import functional as F

    class TextTower(nn.Module):
        def __init__(self, vocab=33, width=12, out=8):
            super().__init__()
            self.embed = nn.Embedding(vocab, width)
            self.block = nn.TransformerEncoderLayer(width, 2, dim_feedforward=20, dropout=0.0, batch_first=True)
            self.proj = nn.Linear(width, out, bias=False)

        def forward(self, ids):
            return self.proj(self.block(self.embed(ids))[:, -1])

    class SignalTower(nn.Sequential):
        def __init__(self):
            super().__init__(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 8, bias=False))

    class Contrastive(nn.Module):
        def __init__(self):
            super().__init__()
            self.signal = SignalTower()
            self.text = TextTower()
            self.logit_scale = nn.Parameter(torch.tensor(np.log(1 / 0.07)))

        def forward(self, ids, signal):
            text = F.normalize(self.text(ids), dim=-1)
            other = F.normalize(self.signal(signal), dim=-1)
            return self.logit_scale * (text * other).sum(dim=-1, keepdim=True)

    return Contrastive()
