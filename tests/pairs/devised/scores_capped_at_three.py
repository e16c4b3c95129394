"""Scores are capped at five in Keras and at three in the port."""

INPUTS = ("9x16",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["scale-other", "activation-parameter", "activation-other"], "keras": ["*"], "torch": ["*"]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    T, H, D = 9, 4, 4

    def heads(t, n=H):
        return ops.transpose(ops.reshape(t, (-1, T, n, D)), (0, 2, 1, 3))

    class Att(layers.Layer):
        def __init__(self, **kw):
            super().__init__(**kw)
            self.q, self.k, self.v, self.p = (layers.Dense(16, name=n) for n in "qkvp")

        def call(self, x):
            q, k, v = heads(self.q(x)), heads(self.k(x)), heads(self.v(x))
            s = ops.matmul(q, ops.swapaxes(k, -1, -2)) / 2.0
            s = 5.0 * ops.tanh(s / 5.0)
            w = ops.softmax(s, -1)
            y = ops.reshape(ops.transpose(ops.matmul(w, v), (0, 2, 1, 3)), (-1, T, 16))
            return self.p(y)

    x = keras.Input((9, 16), name="x")
    y = layers.LayerNormalization(epsilon=1e-5, name="ln1")(x)
    y = x + Att(name="att")(y)
    z = layers.LayerNormalization(epsilon=1e-5, name="ln2")(y)
    y = y + layers.Dense(16, name="f2")(layers.Dense(32, activation="gelu", name="f1")(z))
    y = layers.GlobalAveragePooling1D(name="pool")(y)
    return keras.Model(x, layers.Dense(3, name="out")(y))


def torch_model():

    import torch
    import torch.nn.functional as F
    from torch import nn

    class Att(nn.Module):
        def __init__(self):
            super().__init__()
            self.q, self.k, self.v, self.p = (nn.Linear(16, 16) for _ in range(4))

        def forward(self, x):
            b, t, _ = x.shape
            q, k, v = (f(x).view(b, t, 4, 4).transpose(1, 2) for f in (self.q, self.k, self.v))
            s = q @ k.transpose(-1, -2) / 2.0
            s = 3.0 * torch.tanh(s / 3.0)
            y = s.softmax(-1) @ v
            return self.p(y.transpose(1, 2).reshape(b, t, 16))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.ln1, self.ln2 = nn.LayerNorm(16), nn.LayerNorm(16)
            self.att = Att()
            self.f1, self.f2 = nn.Linear(16, 32), nn.Linear(32, 16)
            self.out = nn.Linear(16, 3)

        def forward(self, x):
            y = x + self.att(self.ln1(x))
            y = y + self.f2(F.gelu(self.f1(self.ln2(y))))
            return self.out(y.mean(1))

    return Net()
