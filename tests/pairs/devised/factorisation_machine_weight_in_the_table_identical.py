"""A factorisation machine keeps the linear weight in the first column of its factors."""

INPUTS = ["4:int32"]
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    c = keras.Input((4,), dtype="int32")
    w = layers.Embedding(30, 1, name="linear")(c)
    v = layers.Embedding(30, 6, name="factors")(c)
    s = 0.5 * ops.sum(ops.square(ops.sum(v, axis=1)) - ops.sum(ops.square(v), axis=1), axis=-1, keepdims=True)
    return keras.Model(c, ops.sigmoid(s + ops.sum(w, axis=1)))


def torch_model():
    import torch
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.e = nn.Embedding(30, 7)

        def forward(self, c):
            e = self.e(c)
            w, v = e[..., :1], e[..., 1:]
            s = (v.sum(1) ** 2 - (v**2).sum(1)).sum(1, keepdim=True) / 2
            return torch.sigmoid(w.sum(1) + s)

    return M()
