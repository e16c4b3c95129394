"""Pooling by attention with learned seeds, without the seeds added again."""

INPUTS = ("7x8",)
TRUTH = {"identical": False, "causes": [{"rules": ["branch-missing"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers, ops

    class Seed(layers.Layer):
        def build(self, s):
            self.s = self.add_weight(shape=(2, 8), initializer="random_normal", name="s")

        def call(self, x):
            return ops.tile(ops.expand_dims(self.s, 0), (ops.shape(x)[0], 1, 1))

    x = keras.Input((7, 8), name="x")
    s = Seed(name="seed")(x)
    h = layers.MultiHeadAttention(2, 4, name="mha")(s, x)
    h = layers.LayerNormalization(epsilon=1e-5, name="ln0")(s + h)
    f = layers.Dense(8, activation="relu", name="ff")(h)
    h = layers.LayerNormalization(epsilon=1e-5, name="ln1")(h + f)
    return keras.Model(x, layers.Dense(3, name="out")(layers.Flatten(name="fl")(h)))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.s = nn.Parameter(torch.randn(1, 2, 8))
            self.mha = nn.MultiheadAttention(8, 2, batch_first=True)
            self.ln0, self.ln1, self.ff, self.out = nn.LayerNorm(8), nn.LayerNorm(8), nn.Linear(8, 8), nn.Linear(16, 3)

        def forward(self, x):
            s = self.s.repeat(x.size(0), 1, 1)
            h = self.ln0(self.mha(s, x, x, need_weights=False)[0])
            h = self.ln1(h + F.relu(self.ff(h)))
            return self.out(h.flatten(1))

    return Net()
