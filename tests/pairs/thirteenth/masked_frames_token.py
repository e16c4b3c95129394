"""Speech frames, some of which are replaced by a learned vector, but only while training, so that outside of training
that weight does nothing; positions are a stored table in Keras and computed in forward in PyTorch.
"""

INPUTS = ("20x8",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    def sinusoids(steps, width):
        angles = np.arange(steps)[:, None] / 10000 ** (np.arange(0, width, 2)[None] / width)
        table = np.zeros((steps, width))
        table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
        return table

    class MaskFrames(layers.Layer):
        def __init__(self, rate, **kwargs):
            super().__init__(**kwargs)
            self.rate = rate
            self.seed_generator = keras.random.SeedGenerator(0)

        def build(self, shape):
            self.token = self.add_weight(shape=(shape[-1],), initializer="uniform", name="token")

        def call(self, x, training=False):
            if training:
                chance = keras.random.uniform(ops.shape(x)[:2], seed=self.seed_generator)
                x = ops.where(ops.expand_dims(chance < self.rate, -1), self.token, x)
            return x

    class Positions(layers.Layer):
        def build(self, shape):
            self.table = sinusoids(shape[1], shape[2])

        def call(self, x):
            return x + ops.convert_to_tensor(self.table, dtype=x.dtype)

    frames = keras.Input((20, 8))
    x = layers.LayerNormalization(epsilon=1e-5, name="norm_in")(layers.Dense(16, name="project")(frames))
    x = Positions(name="positions")(MaskFrames(0.15, name="mask_frames")(x))
    attended = layers.MultiHeadAttention(4, 4, dropout=0.1, name="attention")(x, x)
    x = layers.LayerNormalization(epsilon=1e-5, name="norm_1")(x + layers.Dropout(0.1)(attended))
    h = layers.Dense(32, activation="relu", name="wide")(x)
    h = layers.Dropout(0.1)(layers.Dense(16, name="narrow")(layers.Dropout(0.1)(h)))
    x = layers.LayerNormalization(epsilon=1e-5, name="norm_2")(x + h)
    return keras.Model(frames, layers.Dense(8, name="restore")(x))


def torch_model():
    import math

    import torch
    from torch import nn

    class MaskedSpeech(nn.Module):
        def __init__(self, n_feats=8, d_model=16, p_mask=0.15):
            super().__init__()
            self.p_mask = p_mask
            self.mask_emb = nn.Parameter(torch.rand(d_model))
            self.layer_norm = nn.LayerNorm(d_model)
            self.proj = nn.Linear(n_feats, d_model)
            self.encoder = nn.TransformerEncoderLayer(d_model, 4, 32, dropout=0.1, batch_first=True)
            self.head = nn.Linear(d_model, n_feats)

        def positions(self, x):
            steps = torch.arange(x.shape[1], dtype=x.dtype, device=x.device)[:, None]
            pairs = torch.arange(0, x.shape[2], 2, dtype=x.dtype, device=x.device)
            angles = steps * torch.exp(-math.log(10000.0) / x.shape[2] * pairs)
            return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)

        def forward(self, x):
            x = self.layer_norm(self.proj(x))
            if self.training and self.p_mask > 0:
                masked = torch.rand(x.shape[:2], device=x.device) < self.p_mask
                x = x.clone()
                x[masked] = self.mask_emb
            return self.head(self.encoder(x + self.positions(x)))

    return MaskedSpeech()
