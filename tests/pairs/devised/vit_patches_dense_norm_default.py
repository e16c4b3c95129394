"""A small vision transformer whose patches are cut in Keras; the first norm of each block in PyTorch has the default
epsilon.
"""

INPUTS = ("16x16x3",)
TRUTH = {"identical": False, "causes": [{"rules": ["norm-epsilon"], "keras": ["n1_*"], "torch": ["blocks.*.n1"]}]}


def keras_model():
    import keras
    from keras import layers, ops

    class Positions(layers.Layer):
        def build(self, shape):
            self.table = layers.Embedding(16, 24, name="table")
            self.table.build(None)

        def call(self, x):
            return x + self.table(ops.arange(16))

    x = keras.Input((16, 16, 3))
    y = ops.reshape(x, (-1, 4, 4, 4, 4, 3))
    y = ops.reshape(ops.transpose(y, (0, 1, 3, 2, 4, 5)), (-1, 16, 48))
    y = layers.Dense(24, name="proj")(y)
    y = Positions(name="pos")(y)
    for i in range(2):
        h = layers.LayerNormalization(epsilon=1e-6, name=f"n1_{i}")(y)
        y = y + layers.MultiHeadAttention(3, 8, name=f"a_{i}")(h, h)
        h = layers.LayerNormalization(epsilon=1e-6, name=f"n2_{i}")(y)
        y = y + layers.Dense(24, name=f"o_{i}")(layers.Dense(48, activation="gelu", name=f"i_{i}")(h))
    y = layers.LayerNormalization(epsilon=1e-6, name="n")(y)
    return keras.Model(x, layers.Dense(5, name="head")(layers.GlobalAveragePooling1D()(y)))


def torch_model():
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.n1, self.n2 = nn.LayerNorm(24), nn.LayerNorm(24, eps=1e-6)
            self.a = nn.MultiheadAttention(24, 3, batch_first=True)
            self.m = nn.Sequential(nn.Linear(24, 48), nn.GELU(), nn.Linear(48, 24))

        def forward(self, x):
            h = self.n1(x)
            x = x + self.a(h, h, h, need_weights=False)[0]
            return x + self.m(self.n2(x))

    class ViT(nn.Module):
        def __init__(self):
            super().__init__()
            self.proj = nn.Conv2d(3, 24, 4, 4)
            self.pos = nn.Parameter(torch.zeros(1, 16, 24))
            self.blocks = nn.Sequential(Block(), Block())
            self.n, self.head = nn.LayerNorm(24, eps=1e-6), nn.Linear(24, 5)

        def forward(self, x):
            y = self.proj(x).flatten(2).transpose(1, 2) + self.pos
            return self.head(self.n(self.blocks(y)).mean(1))

    return ViT()
