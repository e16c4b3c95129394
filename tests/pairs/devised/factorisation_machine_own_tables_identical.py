"""A factorisation machine whose tables are weights of one layer in Keras and two embeddings in PyTorch."""

INPUTS = ("5:int32",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class FM(layers.Layer):
        def build(self, s):
            self.v = self.add_weight(shape=(40, 6), name="v")
            self.w = self.add_weight(shape=(40, 1), name="w")
            self.b = self.add_weight(shape=(1,), initializer="zeros", name="b")

        def call(self, ids):
            e = ops.take(self.v, ids, axis=0)
            s = ops.square(ops.sum(e, axis=1)) - ops.sum(ops.square(e), axis=1)
            return 0.5 * ops.sum(s, axis=1, keepdims=True) + ops.sum(ops.take(self.w, ids, axis=0), axis=1) + self.b

    x = keras.Input((5,), dtype="int32", name="x")
    return keras.Model(x, layers.Activation("sigmoid", name="p")(FM(name="fm")(x)))


def torch_model():
    import torch
    from torch import nn

    class FM(nn.Module):
        def __init__(self):
            super().__init__()
            self.v, self.w, self.b = nn.Embedding(40, 6), nn.Embedding(40, 1), nn.Parameter(torch.zeros(1))

        def forward(self, x):
            e = self.v(x)
            s = e.sum(1).pow(2) - e.pow(2).sum(1)
            return torch.sigmoid(0.5 * s.sum(1, keepdim=True) + self.w(x).sum(1) + self.b)

    return FM()
