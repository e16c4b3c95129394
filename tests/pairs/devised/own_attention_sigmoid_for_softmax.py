"""The weights of my own attention layer come from a sigmoid in the port."""

INPUTS = ("7x6",)
TRUTH = {"identical": False, "causes": [{"rules": ["activation-other"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers, ops

    class Attn(layers.Layer):
        def build(self, s):
            self.W = self.add_weight(shape=(s[-1], 8), name="W")
            self.b = self.add_weight(shape=(8,), initializer="zeros", name="b")
            self.u = self.add_weight(shape=(8, 1), name="u")

        def call(self, x):
            e = ops.tanh(ops.matmul(x, self.W) + self.b)
            a = ops.softmax(ops.squeeze(ops.matmul(e, self.u), -1), axis=-1)
            return ops.sum(x * ops.expand_dims(a, -1), axis=1)

    x = keras.Input((7, 6), name="x")
    h = layers.Bidirectional(layers.GRU(5, return_sequences=True), name="g")(x)
    return keras.Model(x, layers.Dense(3, name="out")(Attn(name="attn")(h)))


def torch_model():
    import torch
    from torch import nn

    class Attn(nn.Module):
        def __init__(self, d, k):
            super().__init__()
            self.proj, self.context = nn.Linear(d, k), nn.Linear(k, 1, bias=False)

        def forward(self, x):
            a = torch.sigmoid(self.context(torch.tanh(self.proj(x))))
            return (a * x).sum(1)

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.g, self.attn, self.out = (
                nn.GRU(6, 5, batch_first=True, bidirectional=True),
                Attn(10, 8),
                nn.Linear(10, 3),
            )

        def forward(self, x):
            return self.out(self.attn(self.g(x)[0]))

    return Net()
