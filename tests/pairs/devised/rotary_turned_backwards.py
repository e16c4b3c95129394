"""The port negates the other half, and so turns the other way."""

INPUTS = ("9x16",)
TRUTH = {
    "identical": False,
    "causes": [
        {"rules": ["position-table", "wiring-other", "rotary-pairs", "scale-other"], "keras": ["*"], "torch": ["*"]}
    ],
}


def keras_model():
    import keras
    import numpy as np
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
            a = np.arange(T)[:, None] / 10000 ** (np.arange(0, 4, 2) / 4)
            c, sn = np.concatenate([np.cos(a)] * 2, -1), np.concatenate([np.sin(a)] * 2, -1)

            def rot(z):
                u, o = ops.split(z, 2, axis=-1)
                return z * c + ops.concatenate([-o, u], -1) * sn

            q, k = rot(q), rot(k)
            s = ops.matmul(q, ops.swapaxes(k, -1, -2)) / 2.0
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
            a = (torch.arange(t).double()[:, None] + 0) / 10000 ** (torch.arange(0, 4, 2).double() / 4)
            c, sn = torch.cat([a.cos()] * 2, -1).to(x), torch.cat([a.sin()] * 2, -1).to(x)

            def rot(z):
                u, o = z.chunk(2, -1)
                return z * c + torch.cat([o, -u], -1) * sn

            q, k = rot(q), rot(k)
            s = q @ k.transpose(-1, -2) / 2.0
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
