"""The squash of the routed capsules has one half where the layer in Keras has one."""

INPUTS = ("16",)
TRUTH = {"identical": False, "causes": [{"rules": ["shift-other"], "keras": ["*"], "torch": ["*"]}]}


def keras_model():
    import keras
    from keras import layers, ops

    class Caps(layers.Layer):
        def build(self, s):
            self.W = self.add_weight(shape=(4, 3, 4, 5), name="W")

        def call(self, x):
            u = ops.einsum("bid,ijdk->bijk", ops.reshape(x, (-1, 4, 4)), self.W)
            b = ops.zeros_like(u[..., :1])
            for r in range(3):
                c = ops.softmax(b, axis=2)
                s = ops.sum(c * u, axis=1, keepdims=True)
                n = ops.sum(ops.square(s), axis=-1, keepdims=True)
                v = s * n / (1.0 + n) / ops.sqrt(n + 1e-7)
                if r < 2:
                    b = b + ops.sum(u * v, axis=-1, keepdims=True)
            return v[:, 0]

    x = keras.Input((16,), name="x")
    h = layers.Dense(16, activation="relu", name="d")(x)
    return keras.Model(x, ops.sqrt(ops.sum(ops.square(Caps(name="caps")(h)), axis=-1) + 1e-7))


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Caps(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.randn(4, 3, 4, 5))

        def forward(self, x):
            u = torch.einsum("bid,ijdk->bijk", x.view(-1, 4, 4), self.weight)
            b = torch.zeros_like(u[..., 0])
            for r in range(3):
                c = b.softmax(2)
                s = (c.unsqueeze(-1) * u).sum(1)
                n = s.pow(2).sum(-1, keepdim=True)
                v = s * n / (0.5 + n) / torch.sqrt(n + 1e-7)
                if r < 2:
                    b = b + (u * v.unsqueeze(1)).sum(-1)
            return v

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.d, self.caps = nn.Linear(16, 16), Caps()

        def forward(self, x):
            return torch.sqrt(self.caps(F.relu(self.d(x))).pow(2).sum(-1) + 1e-7)

    return Net()
